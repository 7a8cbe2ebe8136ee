//===- Serialize.h - Summaries as blobs -----------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A blob is a FlatBuffers buffer (summary.fbs), compressed with zstd, behind an
// 8-byte header. The arrays of a summary are copied in and out of it wholesale.
//
// Nothing read from a blob is trusted: the buffer is verified by FlatBuffers, then
// every index of the summary is checked against the array it points into, so that
// the stages after the store can index without looking. decode*() never crash on
// any input; a blob that is not sound gives an Error.
//
// All functions are thread-safe: they have no state.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SUMMARY_SERIALIZE_H
#define GFPCHECK_SUMMARY_SERIALIZE_H

#include "gfpcheck/summary/Summary.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace gfpcheck {

using Blob = llvm::SmallVector<uint8_t, 0>;

/// Checks that every index in \p S is in range and that the operands of every
/// value precede it (Phi excepted), which is what makes recursion over values end.
/// The Error names the function and the field. decode*() call this; a producer of
/// summaries calls it before encoding, so that a fault shows where it was made.
llvm::Error validateSummary(const TuSummary &S);

/// \p S must be valid (validateSummary).
Blob encodeSummary(const TuSummary &S);
llvm::Expected<TuSummary> decodeSummary(llvm::ArrayRef<uint8_t> Bytes);

/// Header inlines in one blob, in the order given. Empty list: empty blob.
Blob encodeInlines(llvm::ArrayRef<InlineUnit> Units);
llvm::Expected<std::vector<InlineUnit>> decodeInlines(llvm::ArrayRef<uint8_t> Bytes);

} // namespace gfpcheck

#endif // GFPCHECK_SUMMARY_SERIALIZE_H
