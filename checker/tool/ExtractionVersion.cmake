# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Makes ExtractionVersion.h, a digest of all sources that decide what a TU's summary
# is. Summaries stored by other sources are not reused; nobody has to remember to
# raise a number.
#
# Included, it adds the rule to the target gfpcheck; run with -P (-DROOT, -DOUT), it
# is that rule.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(ROOT ${PROJECT_SOURCE_DIR})
endif()

set(PATTERNS)
foreach(STAGE capture summary extract)
  list(APPEND PATTERNS ${ROOT}/checker/${STAGE}/* ${ROOT}/include/gfpcheck/${STAGE}/*)
endforeach()

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB SOURCES ${PATTERNS})
  list(SORT SOURCES)
  set(ALL "")
  foreach(SOURCE ${SOURCES})
    file(SHA256 ${SOURCE} DIGEST)
    string(APPEND ALL ${DIGEST})
  endforeach()
  string(SHA256 DIGEST "${ALL}")
  string(SUBSTRING ${DIGEST} 0 16 DIGEST)
  file(WRITE ${OUT} "#define GFPCHECK_EXTRACTION_VERSION \"${DIGEST}\"\n")
else()
  file(GLOB SOURCES CONFIGURE_DEPENDS ${PATTERNS})
  set(OUT ${CMAKE_CURRENT_BINARY_DIR}/ExtractionVersion.h)
  add_custom_command(
    OUTPUT ${OUT}
    COMMAND ${CMAKE_COMMAND} -DROOT=${ROOT} -DOUT=${OUT} -P ${CMAKE_CURRENT_LIST_FILE}
    DEPENDS ${SOURCES} ${CMAKE_CURRENT_LIST_FILE}
    COMMENT "Digesting the sources of extraction")
  target_sources(gfpcheck PRIVATE ${OUT})
  target_include_directories(gfpcheck PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endif()
