//===- Bytes.h - Numbers and strings in a row -----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For what one process writes and the next, of the same executable on the same machine,
// reads back: no byte order, no versions. A reader never reads beyond its end.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_BYTES_H
#define GFPCHECK_LINK_BYTES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace gfpcheck {

class ByteWriter {
public:
  std::string Bytes;

  template <class T> void plain(const T &X) {
    static_assert(std::is_trivially_copyable_v<T>);
    Bytes.append(reinterpret_cast<const char *>(&X), sizeof X);
  }
  void size(size_t N) { plain(static_cast<uint32_t>(N)); }
  void string(llvm::StringRef S) {
    size(S.size());
    Bytes.append(S.data(), S.size());
  }
  template <class T> void array(llvm::ArrayRef<T> List) {
    static_assert(std::is_trivially_copyable_v<T>);
    size(List.size());
    Bytes.append(reinterpret_cast<const char *>(List.data()), List.size() * sizeof(T));
  }
};

/// After the first thing that is not there, Bad is set and all reads give 0, "" or nothing.
class ByteReader {
public:
  explicit ByteReader(llvm::StringRef Bytes) : Rest(Bytes) {}
  bool Bad = false;

  template <class T> void plain(T &X) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (const char *At = take(sizeof X))
      std::memcpy(&X, At, sizeof X);
    else
      X = T();
  }
  /// The number of elements that follow, each of \p Least bytes or more.
  size_t size(size_t Least = 1) {
    uint32_t N = 0;
    plain(N);
    if (uint64_t(N) * Least > Rest.size())
      Bad = true;
    return Bad ? 0 : N;
  }
  llvm::StringRef string() {
    const size_t N = size();
    const char *At = take(N);
    return At ? llvm::StringRef(At, N) : llvm::StringRef();
  }
  template <class List> void array(List &Out) {
    using T = typename List::value_type;
    static_assert(std::is_trivially_copyable_v<T>);
    Out.resize(size(sizeof(T)));
    if (const char *At = Out.empty() ? nullptr : take(Out.size() * sizeof(T)))
      std::memcpy(Out.data(), At, Out.size() * sizeof(T));
  }
  bool atEnd() const { return Rest.empty(); }

private:
  const char *take(size_t N) {
    if (Bad || N > Rest.size()) {
      Bad = true;
      return nullptr;
    }
    const char *At = Rest.data();
    Rest = Rest.drop_front(N);
    return At;
  }
  llvm::StringRef Rest;
};

} // namespace gfpcheck

#endif // GFPCHECK_LINK_BYTES_H
