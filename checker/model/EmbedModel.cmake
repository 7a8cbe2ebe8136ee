# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Writes the C++ file OUT with the model files NAMES (separated by commas) of the current
# directory: names and texts in turn, in that order, ended by a null.

string(REPLACE "," ";" NAMES "${NAMES}")
file(WRITE ${OUT} "namespace gfpcheck {\nextern const char *const BuiltinModel[];\nconst char *const BuiltinModel[] = {\n")
foreach(NAME ${NAMES})
  file(READ ${NAME} TEXT)
  file(APPEND ${OUT} "\"${NAME}\", R\"gfpmodel(${TEXT})gfpmodel\",\n")
endforeach()
file(APPEND ${OUT} "nullptr};\n}\n")
