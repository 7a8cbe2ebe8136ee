//===- ProgramIndex.cpp - A solved program to look things up in -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/index/ProgramIndex.h"
#include "IndexFormat.h"
#include "gfpcheck/checks/Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Alignment.h"

using namespace llvm;

namespace gfpcheck {

using namespace index;

std::string index::encodeIndex(const Lists &L, StringRef Strings) {
  Head H;
  std::string Out(sizeof H, '\0');
  size_t I = 0;
  auto Append = [&](const void *Data, size_t Size, size_t Count) {
    Out.resize(alignTo(Out.size(), 8));
    H[I++] = {Out.size(), Count};
    if (Size)
      Out.append(static_cast<const char *>(Data), Size);
  };
  std::apply(
      [&](const auto &...List) {
        (Append(List.data(), List.size() * sizeof(List[0]), List.size()), ...);
      },
      L);
  Append(Strings.data(), Strings.size(), Strings.size());
  std::memcpy(Out.data(), &H, sizeof H);
  return Out;
}

namespace {

// Whether all that the lists refer to is there.
class Checker {
public:
  Checker(const Lists &L, StringRef Strings) : L(L), Strings(Strings) {}

  bool sound() const {
    return !Strings.empty() && Strings.front() == '\0' && Strings.back() == '\0' && functions() &&
           tables() && contexts() && allocations() && reclaim() &&
           all<Queued>(
               [&](const Queued &X) { return isFunction(X.Function) && isFunction(X.Runs); }) &&
           all<Constant>([&](const Constant &X) { return isText(X.Name); });
  }

private:
  template <class T> ArrayRef<T> list() const { return std::get<ArrayRef<T>>(L); }
  ArrayRef<uint32_t> callers() const { return std::get<12>(L); }
  ArrayRef<uint32_t> tablesOf() const { return std::get<13>(L); }
  ArrayRef<uint32_t> users() const { return std::get<14>(L); }
  ArrayRef<Text> texts() const { return std::get<15>(L); }
  template <class T, class Fn> bool all(Fn Good) const { return llvm::all_of(list<T>(), Good); }
  bool isText(Text T) const { return T < Strings.size(); }
  template <class... Ts> bool areTexts(Ts... T) const { return (isText(T) && ...); }
  bool isFunction(uint32_t F) const { return F < list<index::Function>().size(); }
  static bool isIn(Range R, size_t Size) { return uint64_t(R.First) + R.Count <= Size; }
  static bool isBool(const bool &X) { // which may be any byte
    uint8_t Byte = 0;
    std::memcpy(&Byte, &X, sizeof Byte);
    return Byte <= 1;
  }
  static bool below(ArrayRef<uint32_t> List, size_t Size) {
    return llvm::all_of(List, [&](uint32_t X) { return X < Size; });
  }

  bool functions() const {
    const size_t NCalls = list<Call>().size(), NTables = list<Table>().size();
    return all<index::Function>([&](const index::Function &X) {
             return areTexts(X.Name, X.File, X.Provider) && isIn(X.Calls, NCalls) &&
                    isIn(X.Roots, list<index::Root>().size()) &&
                    isIn(X.Allocations, list<Allocation>().size()) &&
                    isIn(X.Callers, callers().size()) && isIn(X.Tables, tablesOf().size());
           }) &&
           all<Call>([&](const Call &X) {
             return isFunction(X.Caller) &&
                    ((X.Flags & CF_Indirect) ? X.Callee < NTables : isFunction(X.Callee)) &&
                    isIn(X.Held, list<Held>().size()) && isIn(X.Conditions, list<Pred>().size()) &&
                    isIn(X.Arguments, list<Argument>().size());
           }) &&
           all<Argument>(
               [&](const Argument &X) { return X.What <= uint8_t(Argument::Is::Address); }) &&
           all<Pred>([&](const Pred &X) { return X.Op <= PredOp::Ge && isBool(X.Unsigned); }) &&
           below(callers(), NCalls) && below(users(), NCalls) && below(tablesOf(), NTables);
  }
  bool tables() const {
    return all<Table>([&](const Table &X) {
             return isText(X.Name) && isIn(X.Targets, list<Target>().size()) &&
                    isIn(X.Users, users().size());
           }) &&
           all<Target>([&](const Target &X) {
             return isFunction(X.Function) && areTexts(X.Owner, X.File) &&
                    X.How <= uint32_t(Put::Argument);
           });
  }
  bool contexts() const {
    const size_t NItems = list<Item>().size();
    return all<Item>([&](const Item &X) {
             return areTexts(X.Phrase, X.Class, X.State, X.Needs) &&
                    X.Kind <= uint8_t(ContextClass::Lock) && X.Forbids < AtomKinds;
           }) &&
           all<Held>([&](const Held &X) { return X.Item < NItems && isText(X.By); }) &&
           all<index::Root>([&](const index::Root &X) {
             return (X.Item == index::None || X.Item < NItems) && areTexts(X.Phrase, X.File);
           });
  }
  bool allocations() const {
    return all<Allocation>([&](const Allocation &X) {
      return isFunction(X.Function) && isFunction(X.Callee) && isText(X.Name) &&
             X.Base <= uint8_t(MaskBase::Unknown) && isIn(X.Held, list<Held>().size()) &&
             isIn(X.Conditions, list<Pred>().size());
    });
  }
  bool reclaim() const {
    return all<index::ReclaimLock>([&](const index::ReclaimLock &X) {
             return areTexts(X.Class, X.Entry) && X.Level < AtomKinds &&
                    isIn(X.Owners, texts().size()) && isIn(X.Steps, list<index::Step>().size());
           }) &&
           below(texts(), Strings.size()) && all<index::Step>([&](const index::Step &X) {
             return areTexts(X.File, X.Function, X.Words) && X.Kind <= uint32_t(StepKind::Wait);
           });
  }

  const Lists &L;
  StringRef Strings;
};

} // namespace

Expected<ProgramIndex> ProgramIndex::open(StringRef Bytes) {
  auto Malformed = [] { return createStringError("malformed index"); };
  Head H;
  if (Bytes.size() < sizeof H || uintptr_t(Bytes.data()) % 8)
    return Malformed();
  std::memcpy(&H, Bytes.data(), sizeof H);
  size_t I = 0;
  bool Good = true;
  auto Take = [&]<class T>(ArrayRef<T> &Out) {
    const Place At = H[I++];
    if (At.Offset > Bytes.size() || At.Offset % 8 ||
        At.Count > (Bytes.size() - At.Offset) / sizeof(T))
      Good = false;
    else
      Out = ArrayRef(reinterpret_cast<const T *>(Bytes.data() + At.Offset), At.Count);
  };
  Lists L;
  ArrayRef<char> Strings;
  std::apply([&](auto &...List) { (Take(List), ...); }, L);
  Take(Strings);
  const StringRef Text(Strings.data(), Strings.size());
  if (!Good || !Checker(L, Text).sound())
    return Malformed();
  ProgramIndex Out;
  std::tie(Out.Functions, Out.Calls, Out.Items, Out.HeldList, Out.Tables, Out.Targets, Out.Roots,
           Out.Allocations, Out.ReclaimLocks, Out.Steps, Out.QueuedList, Out.Constants,
           Out.CallerList, Out.TableList, Out.UserList, Out.TextList, Out.Arguments,
           Out.Conditions) = L;
  Out.Strings = Text;
  return Out;
}

Range ProgramIndex::named(StringRef Name) const {
  auto Begin = llvm::lower_bound(
      Functions, Name, [&](const index::Function &F, StringRef N) { return text(F.Name) < N; });
  auto End = Begin;
  while (End != Functions.end() && text(End->Name) == Name)
    ++End;
  return {uint32_t(Begin - Functions.begin()), uint32_t(End - Begin)};
}

SmallVector<uint32_t, 8> ProgramIndex::callees(const Call &C) const {
  if (!(C.Flags & CF_Indirect))
    return {C.Callee};
  SmallVector<uint32_t, 8> Out;
  for (const Target &T : in(Targets, Tables[C.Callee].Targets))
    Out.push_back(T.Function);
  return Out;
}

int64_t ProgramIndex::constant(StringRef Name) const {
  auto It = llvm::find_if(Constants, [&](const Constant &C) { return text(C.Name) == Name; });
  return It == Constants.end() ? 0 : It->Value;
}

std::string ProgramIndex::flagNames(uint64_t Mask) const {
  StringMap<int64_t> ByName;
  for (const Constant &C : Constants)
    ByName[text(C.Name)] = C.Value;
  return gfpcheck::flagNames(ByName, Mask);
}

} // namespace gfpcheck
