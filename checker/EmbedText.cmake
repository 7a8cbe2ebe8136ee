# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Text files become strings, so that the binary is self-contained.
#
# gfpcheck_embed(SYMBOL OUT FILE...): a rule for the C++ file OUT, which defines in namespace gfpcheck
#   extern const char *const SYMBOL[];
# with the name (without its directory) and the text of each FILE in turn, in that order, ended by a
# null. Run with -P (-DSYMBOL, -DOUT, -DFILES, separated by commas), this file is that rule.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(GFPCHECK_EMBED_TEXT ${CMAKE_CURRENT_LIST_FILE})
  function(gfpcheck_embed SYMBOL OUT)
    list(JOIN ARGN "," FILES) # a semicolon would separate arguments
    add_custom_command(
      OUTPUT ${OUT}
      COMMAND ${CMAKE_COMMAND} -DSYMBOL=${SYMBOL} -DOUT=${OUT} -DFILES=${FILES}
              -P ${GFPCHECK_EMBED_TEXT}
      WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
      DEPENDS ${ARGN} ${GFPCHECK_EMBED_TEXT})
  endfunction()
  return()
endif()

string(REPLACE "," ";" FILES "${FILES}")
file(WRITE ${OUT} "namespace gfpcheck {\nextern const char *const ${SYMBOL}[];\nconst char *const ${SYMBOL}[] = {\n")
foreach(FILE ${FILES})
  get_filename_component(NAME ${FILE} NAME)
  file(READ ${FILE} TEXT)
  file(APPEND ${OUT} "\"${NAME}\", R\"gfptext(${TEXT})gfptext\",\n")
endforeach()
file(APPEND ${OUT} "nullptr};\n}\n")
