# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Makes SourceVersions.h: digests of the sources that decide what a TU's summary is, and
# of all that decide what an analysis finds. What other sources have stored is not reused; nobody
# has to remember to raise a number.
#
# Included, it adds the rule to the target gfpcheck-driver; run with -P (-DROOT, -DOUT, -DBUILD), it
# is that rule.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(ROOT ${PROJECT_SOURCE_DIR})
endif()

# What a summary is, and what is made of summaries.
set(EXTRACTION_STAGES capture summary extract)
set(ANALYSIS_STAGES ${EXTRACTION_STAGES} store model link solve checks report index driver)

# The files of the stages STAGE...
function(sources_of RESULT)
  set(PATTERNS)
  foreach(STAGE ${ARGN})
    list(APPEND PATTERNS ${ROOT}/checker/${STAGE}/* ${ROOT}/include/gfpcheck/${STAGE}/*)
  endforeach()
  if(CMAKE_SCRIPT_MODE_FILE)
    file(GLOB SOURCES LIST_DIRECTORIES false ${PATTERNS})
  else()
    file(GLOB SOURCES CONFIGURE_DEPENDS LIST_DIRECTORIES false ${PATTERNS})
  endif()
  list(SORT SOURCES)
  set(${RESULT} ${SOURCES} PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  set(LINES "")
  foreach(WHAT EXTRACTION ANALYSIS)
    sources_of(SOURCES ${${WHAT}_STAGES})
    set(ALL "")
    foreach(SOURCE ${SOURCES})
      file(SHA256 ${SOURCE} DIGEST)
      string(APPEND ALL ${DIGEST})
    endforeach()
    if(WHAT STREQUAL ANALYSIS)
      string(APPEND ALL "${BUILD}") # bytes in memory are written to files
    endif()
    string(SHA256 DIGEST "${ALL}")
    string(SUBSTRING ${DIGEST} 0 16 DIGEST)
    string(APPEND LINES "#define GFPCHECK_${WHAT}_VERSION \"${DIGEST}\"\n")
  endforeach()
  file(WRITE ${OUT} "${LINES}")
else()
  sources_of(SOURCES ${ANALYSIS_STAGES})
  set(OUT ${CMAKE_CURRENT_BINARY_DIR}/SourceVersions.h)
  add_custom_command(
    OUTPUT ${OUT}
    COMMAND ${CMAKE_COMMAND} -DROOT=${ROOT} -DOUT=${OUT}
            "-DBUILD=${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_BUILD_TYPE} ${CMAKE_CXX_FLAGS} ${GFPCHECK_SANITIZE}"
            -P ${CMAKE_CURRENT_LIST_FILE}
    DEPENDS ${SOURCES} ${CMAKE_CURRENT_LIST_FILE}
    COMMENT "Digesting the sources")
  target_sources(gfpcheck-driver PRIVATE ${OUT})
  target_include_directories(gfpcheck-driver PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endif()
