file(READ ${IN} TEXT)
file(WRITE ${OUT} "namespace gfpcheck {\nextern const char *const BuiltinModelText;\nconst char *const BuiltinModelText = R\"gfpmodel(${TEXT})gfpmodel\";\n}\n")
