# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake -DOUT=FILE -DROOT=DIR -P ExtractionVersion.cmake
#
# Writes a header with a digest of all sources that decide what a TU's summary is.
# Stored summaries made by other sources are not reused; nobody has to remember to
# raise a number.

file(GLOB SOURCES
  ${ROOT}/checker/capture/* ${ROOT}/checker/summary/* ${ROOT}/checker/extract/*
  ${ROOT}/include/gfpcheck/capture/* ${ROOT}/include/gfpcheck/summary/*
  ${ROOT}/include/gfpcheck/extract/*)
list(SORT SOURCES)
set(ALL "")
foreach(SOURCE ${SOURCES})
  file(SHA256 ${SOURCE} DIGEST)
  string(APPEND ALL ${DIGEST})
endforeach()
string(SHA256 DIGEST "${ALL}")
string(SUBSTRING ${DIGEST} 0 16 DIGEST)
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define GFPCHECK_EXTRACTION_VERSION \"@DIGEST@\"\n" @ONLY)
