#!/usr/bin/env bash
# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# hostile-tree.sh DIR: the tree of project.py, in which names and texts try to be markup: a file
# name, a line of source beside a finding, a subsystem, and the reason in DIR/baseline.
set -eu
python3 "$(dirname "$0")/project.py" "$1"
name='b<img src=x onerror=owned()>.c'
mv "$1/src/fs/b.c" "$1/src/fs/$name"
python3 - "$1/build/compile_commands.json" "$name" <<'PYTHON'
import json, sys
path, name = sys.argv[1:]
entries = json.load(open(path))
text = json.dumps(entries).replace("fs/b.c", "fs/" + name)
open(path, "w").write(text)
PYTHON
sed -i '4a /* </script><script>owned()</script> */' "$1/src/fs/$name"
printf '%s\n' 'EVIL <svg onload=owned()>' 'F:	fs/' '' 'MEMORY' 'F:	mm/' > "$1/src/MAINTAINERS"
printf '%s\n' 'VERSION = 6' 'PATCHLEVEL = 99' 'EXTRAVERSION = <b>' > "$1/src/Makefile"
printf 'sleep-in-atomic  a_run()  *  # <!--<script>owned()</script>\n' > "$1/baseline"
