//===- StoreTests.cpp - The database ----------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/store/Store.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"
#include <fcntl.h>
#include <fstream>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace gfpcheck;

namespace {

class StoreTest : public testing::Test {
protected:
  llvm::SmallString<128> Directory;
  std::string Db;

  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("gfpcheck-store", Directory));
    Db = path("test.db");
  }
  void TearDown() override { llvm::sys::fs::remove_directories(Directory); }

  std::string path(const std::string &Name) { return (Directory + "/" + Name).str(); }

  /// Writes a file that looks as if it had been there for long.
  std::string write(const std::string &Name, const std::string &Text, time_t Age = 3600) {
    std::ofstream(path(Name)) << Text;
    timespec Times[2] = {{time(nullptr) - Age, 0}, {time(nullptr) - Age, 0}};
    utimensat(AT_FDCWD, path(Name).c_str(), Times, 0);
    return path(Name);
  }

  std::string read(const std::string &File) {
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    return Buffer ? (*Buffer)->getBuffer().str() : "";
  }

  std::unique_ptr<Store> open() {
    auto S = Store::open(Db);
    EXPECT_TRUE(static_cast<bool>(S));
    if (!S) {
      ADD_FAILURE() << toString(S.takeError());
      return nullptr;
    }
    return std::move(*S);
  }

  std::string openError() {
    auto S = Store::open(Db);
    if (S)
      return "";
    return toString(S.takeError());
  }

  void sql(const char *Text) {
    sqlite3 *Raw = nullptr;
    ASSERT_EQ(sqlite3_open(Db.c_str(), &Raw), SQLITE_OK);
    char *Message = nullptr;
    EXPECT_EQ(sqlite3_exec(Raw, Text, nullptr, nullptr, &Message), SQLITE_OK) << Message;
    sqlite3_close(Raw);
  }

  /// Stores a TU with key \p Command that read \p Inputs.
  TuRecord put(Store &S, uint64_t Command, const std::vector<std::string> &Inputs) {
    TuRecord R;
    R.Command = Command;
    R.File = "a.c";
    R.FirstError = "a.c:1:1: something";
    R.DroppedOptions = {"-fone", "-ftwo=2"};
    R.Inputs = S.files().intern(Inputs);
    R.InputDigest = S.files().digestOf(R.Inputs);
    llvm::Error E = S.put(R, blobs());
    EXPECT_FALSE(static_cast<bool>(E)) << toString(std::move(E));
    return R;
  }

  TuBlobs blobs() {
    TuSummary Summary;
    Summary.MainFile = "a.c";
    std::vector<InlineUnit> Inlines(1);
    Inlines[0].Name = "inlined";
    return {encodeSummary(Summary), encodeInlines(Inlines)};
  }

  std::vector<TuRecord> records(Store &S) { return llvm::cantFail(S.records()); }

  /// As a run does it: is the record still good?
  bool fresh(const TuRecord &R) {
    std::unique_ptr<Store> S = open();
    S->files().refresh();
    for (const TuRecord &Stored : records(*S))
      if (Stored.Command == R.Command)
        return Stored.InputDigest != 0 && Stored.InputDigest == S->files().digestOf(Stored.Inputs);
    return false;
  }
};

} // namespace

TEST_F(StoreTest, KeepsRecordsAndBlobs) {
  std::string A = write("a.c", "int a;"), H = write("a.h", "int h;");
  uint64_t Key = 0xfedcba9876543210; // does not fit a signed integer
  put(*open(), Key, {H, A, H});
  std::unique_ptr<Store> S = open();
  std::vector<TuRecord> All = records(*S);
  ASSERT_EQ(All.size(), 1u);
  EXPECT_EQ(All[0].Command, Key);
  EXPECT_EQ(All[0].File, "a.c");
  EXPECT_EQ(All[0].Inputs.size(), 2u);
  EXPECT_EQ(All[0].FirstError, "a.c:1:1: something");
  EXPECT_EQ(All[0].DroppedOptions, (std::vector<std::string>{"-fone", "-ftwo=2"}));
  TuBlobs Blobs;
  EXPECT_TRUE(llvm::cantFail(S->load(All[0], Blobs)));
  EXPECT_EQ(Blobs.Summary, blobs().Summary);
  EXPECT_EQ(Blobs.Inlines, blobs().Inlines);
  EXPECT_EQ(S->damaged(), 0u);
}

TEST_F(StoreTest, FreshWhileContentsAreTheSame) {
  std::string A = write("a.c", "int a;"), H = write("a.h", "int h;");
  TuRecord R = put(*open(), 1, {A, H});
  EXPECT_TRUE(fresh(R));
  write("a.h", "int h;", /*Age=*/1800); // touched, same content
  EXPECT_TRUE(fresh(R));
  write("a.h", "int H;"); // same size
  EXPECT_FALSE(fresh(R));
  write("a.h", "int h;");
  EXPECT_TRUE(fresh(R));
  llvm::sys::fs::remove(H);
  EXPECT_FALSE(fresh(R));
}

TEST_F(StoreTest, ReplacedFileWithTheSameTimeAndSizeIsSeen) {
  std::string A = write("a.c", "int a;");
  TuRecord R = put(*open(), 1, {A});
  struct stat Old, New;
  ASSERT_EQ(stat(A.c_str(), &Old), 0);
  write("b.c", "int b;");
  timespec Times[2] = {Old.st_mtim, Old.st_mtim};
  utimensat(AT_FDCWD, path("b.c").c_str(), Times, 0);
  ASSERT_EQ(rename(path("b.c").c_str(), A.c_str()), 0);
  ASSERT_EQ(stat(A.c_str(), &New), 0);
  ASSERT_EQ(Old.st_mtim.tv_sec, New.st_mtim.tv_sec);
  EXPECT_FALSE(fresh(R));
}

TEST_F(StoreTest, FileChangedWhileWeRunIsNotTrusted) {
  std::unique_ptr<Store> S = open();
  usleep(50000);
  std::string A = write("a.c", "int a;"); // status changes now, though its time is old
  TuRecord R = put(*S, 1, {A});
  EXPECT_EQ(R.InputDigest, 0u);
  S.reset();
  EXPECT_FALSE(fresh(R));
}

TEST_F(StoreTest, FileChangedJustBeforeIsComparedByContent) {
  std::string A = path("a.c");
  std::ofstream(A) << "int a;";
  InputFiles Racy; // begins within a tick of the write
  std::vector<FileId> Ids = Racy.intern({A});
  std::vector<InputFile> Changed = Racy.takeChanged();
  ASSERT_EQ(Changed.size(), 1u);
  EXPECT_NE(Changed[0].Digest, 0u);
  EXPECT_EQ(Changed[0].MTime, 0) << "its status must not be trusted";
}

TEST_F(StoreTest, ATuWithoutInputsIsNeverFresh) {
  TuRecord R = put(*open(), 1, {});
  EXPECT_EQ(R.InputDigest, 0u);
  EXPECT_FALSE(fresh(R));
}

TEST_F(StoreTest, PruneRemovesStaleTusAndTheirFiles) {
  std::string A = write("a.c", "a"), B = write("b.c", "b"), H = write("h.h", "h");
  std::unique_ptr<Store> S = open();
  put(*S, 1, {A, H});
  put(*S, 2, {B, H});
  EXPECT_FALSE(static_cast<bool>(S->prune({2})));
  EXPECT_EQ(S->files().size(), 2u);
  S = nullptr;
  S = open();
  std::vector<TuRecord> All = records(*S);
  ASSERT_EQ(All.size(), 1u);
  EXPECT_EQ(All[0].Command, 2u);
  EXPECT_EQ(S->files().size(), 2u);
  EXPECT_NE(S->files().digestOf(All[0].Inputs), 0u);
}

TEST_F(StoreTest, DamagedBlobIsNotLoaded) {
  put(*open(), 1, {write("a.c", "a")});
  sql("UPDATE blobs SET summary = zeroblob(length(summary))");
  std::unique_ptr<Store> S = open();
  TuBlobs Blobs;
  EXPECT_FALSE(llvm::cantFail(S->load(records(*S)[0], Blobs)));
  EXPECT_EQ(S->damaged(), 1u);
}

TEST_F(StoreTest, MissingBlobIsNotLoaded) {
  put(*open(), 1, {write("a.c", "a")});
  sql("DELETE FROM blobs");
  std::unique_ptr<Store> S = open();
  TuBlobs Blobs;
  EXPECT_FALSE(llvm::cantFail(S->load(records(*S)[0], Blobs)));
}

TEST_F(StoreTest, DamagedRecordIsLeftOut) {
  put(*open(), 1, {write("a.c", "a")});
  for (const char *Change : {"UPDATE tus SET inputs = x'ff'", "UPDATE tus SET failed = 1 - failed",
                             "UPDATE tus SET input_digest = 5"}) {
    sql(Change);
    std::unique_ptr<Store> S = open();
    EXPECT_TRUE(records(*S).empty()) << Change;
    EXPECT_EQ(S->damaged(), 1u);
  }
}

TEST_F(StoreTest, ResultsAreKeptAndChecked) {
  {
    std::unique_ptr<Store> S = open();
    EXPECT_FALSE(static_cast<bool>(S->putResult(7, "findings")));
    EXPECT_EQ(llvm::cantFail(S->result(7)), "findings");
    EXPECT_EQ(llvm::cantFail(S->result(8)), std::nullopt);
    for (int Key = 100; Key != 120; ++Key)
      EXPECT_FALSE(static_cast<bool>(S->putResult(Key, "later")));
    EXPECT_EQ(llvm::cantFail(S->result(7)), std::nullopt) << "only the latest few are kept";
  }
  sql("UPDATE results SET text = 'changed'");
  EXPECT_EQ(llvm::cantFail(open()->result(119)), std::nullopt);
}

TEST_F(StoreTest, OtherSchemaIsRefused) {
  open();
  sql("PRAGMA user_version = 99");
  EXPECT_EQ(openError(), "database " + Db +
                             " was written by another version of gfpcheck (schema 99, this is 1): "
                             "delete it or give another --db");
  sql("PRAGMA user_version = 1; UPDATE meta SET value = 77 WHERE name = 'schema'");
  EXPECT_NE(openError().find("(schema 77, this is 1)"), std::string::npos);
}

TEST_F(StoreTest, ForeignFilesAreRefusedAndLeftAlone) {
  std::string Garbage(5000, 'x');
  write("test.db", Garbage);
  EXPECT_EQ(openError(), Db + " is not a database of gfpcheck: give another --db, or delete it");
  EXPECT_EQ(read(Db), Garbage);
  EXPECT_FALSE(llvm::sys::fs::exists(Db + ".lock"));

  llvm::sys::fs::remove(Db);
  sql("CREATE TABLE theirs (x)");
  std::string Before = read(Db);
  EXPECT_NE(openError().find("is not a database of gfpcheck"), std::string::npos);
  EXPECT_EQ(read(Db), Before);

  write("test.db", "short");
  EXPECT_NE(openError().find("is not a database of gfpcheck"), std::string::npos);
}

TEST_F(StoreTest, GarbageBehindASoundHeaderIsAnError) {
  put(*open(), 1, {write("a.c", "a")});
  std::string Bytes = read(Db);
  std::fill(Bytes.begin() + 100, Bytes.end(), '\xa5');
  write("test.db", Bytes);
  EXPECT_NE(openError().find("database " + Db + " is damaged"), std::string::npos) << openError();
}

TEST_F(StoreTest, UnusablePathsAreErrors) {
  Db = path("missing/test.db");
  EXPECT_NE(openError().find("cannot create " + Db + ".lock (No such file or directory)"),
            std::string::npos);
  Db = path("directory");
  ASSERT_FALSE(llvm::sys::fs::create_directory(Db));
  EXPECT_NE(openError().find("Is a directory"), std::string::npos) << openError();
}

TEST_F(StoreTest, SecondProcessIsRefusedUntilTheFirstDies) {
  open();
  int Ready[2];
  ASSERT_EQ(pipe(Ready), 0);
  pid_t Child = fork();
  if (Child == 0) {
    auto S = Store::open(Db);
    char Byte = S ? 'y' : 'n';
    if (::write(Ready[1], &Byte, 1) == 1)
      pause();
    _exit(1);
  }
  char Byte = 0;
  ASSERT_EQ(::read(Ready[0], &Byte, 1), 1);
  ASSERT_EQ(Byte, 'y');
  EXPECT_EQ(openError(), "database " + Db + " is in use by another gfpcheck (pid " +
                             std::to_string(Child) + "): wait for it to end or give another --db");
  kill(Child, SIGKILL);
  waitpid(Child, nullptr, 0);
  open();
}

// A process that is killed loses at most the TU it was writing, and what it left is
// a sound database.
TEST_F(StoreTest, KilledProcessKeepsWhatItCommitted) {
  std::string A = write("a.c", "a");
  int Committed[2];
  ASSERT_EQ(pipe(Committed), 0);
  pid_t Child = fork();
  if (Child == 0) {
    auto S = Store::open(Db);
    for (uint64_t Key = 1; S; ++Key) {
      put(**S, Key, {A});
      if (::write(Committed[1], &Key, sizeof Key) != sizeof Key)
        break;
    }
    _exit(1);
  }
  uint64_t Key = 0;
  while (Key < 50)
    ASSERT_EQ(::read(Committed[0], &Key, sizeof Key), ssize_t(sizeof Key));
  kill(Child, SIGKILL);
  waitpid(Child, nullptr, 0);
  std::unique_ptr<Store> S = open();
  std::vector<TuRecord> All = records(*S);
  EXPECT_GE(All.size(), 50u);
  TuBlobs Blobs;
  for (const TuRecord &R : All)
    EXPECT_TRUE(llvm::cantFail(S->load(R, Blobs)));
}
