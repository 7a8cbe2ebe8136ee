//===- Statement.h - A prepared SQLite statement --------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private to the store. Errors are left on the connection: whoever sees a false from
// ok() or an unexpected end of rows asks the connection for the reason.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_STORE_STATEMENT_H
#define GFPCHECK_STORE_STATEMENT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <sqlite3.h>

namespace gfpcheck {

class Statement {
  sqlite3_stmt *S = nullptr;
  int Code;
  int Bound = 0;

public:
  Statement(sqlite3 *Db, const char *Sql) { Code = sqlite3_prepare_v2(Db, Sql, -1, &S, nullptr); }
  ~Statement() { sqlite3_finalize(S); }
  Statement(const Statement &) = delete;
  Statement &operator=(const Statement &) = delete;

  /// Binds the next parameter. What is bound must outlive the statement's execution.
  Statement &bind(int64_t N) { return bound(sqlite3_bind_int64(S, ++Bound, N)); }
  Statement &bind(uint64_t N) { return bind(static_cast<int64_t>(N)); }
  Statement &bind(llvm::StringRef Text) {
    return bound(sqlite3_bind_text64(S, ++Bound, Text.data() ? Text.data() : "", Text.size(),
                                     SQLITE_STATIC, SQLITE_UTF8));
  }
  Statement &bind(llvm::ArrayRef<uint8_t> Bytes) {
    return bound(sqlite3_bind_blob64(S, ++Bound,
                                     Bytes.data() ? static_cast<const void *>(Bytes.data()) : "",
                                     Bytes.size(), SQLITE_STATIC));
  }

  /// Steps to the next row; false at the end and on errors, which ok() tells apart.
  bool row() {
    if (!S || (Code != SQLITE_OK && Code != SQLITE_ROW))
      return false;
    Code = sqlite3_step(S);
    return Code == SQLITE_ROW;
  }
  bool ok() const { return Code == SQLITE_DONE || Code == SQLITE_ROW || Code == SQLITE_OK; }
  /// Executes a statement that gives no rows.
  bool run() {
    row();
    bool Done = Code == SQLITE_DONE;
    sqlite3_reset(S);
    Bound = 0;
    if (Done)
      Code = SQLITE_OK;
    return Done;
  }

  int64_t integer(int Column) const { return sqlite3_column_int64(S, Column); }
  /// Valid until the next step.
  llvm::ArrayRef<uint8_t> bytes(int Column) const {
    const void *Data = sqlite3_column_blob(S, Column);
    return {static_cast<const uint8_t *>(Data), size_t(sqlite3_column_bytes(S, Column))};
  }
  llvm::StringRef text(int Column) const {
    return {reinterpret_cast<const char *>(bytes(Column).data()), bytes(Column).size()};
  }

private:
  Statement &bound(int Result) {
    if (Result != SQLITE_OK && Code == SQLITE_OK)
      Code = Result;
    return *this;
  }
};

} // namespace gfpcheck

#endif // GFPCHECK_STORE_STATEMENT_H
