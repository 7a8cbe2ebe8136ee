#!/usr/bin/env bash
# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# reclaiming.sh DIR: the tree and build of project.py, with locks.c in place of mm/c.c.
set -eu
inputs=$(dirname "$0")
python3 "$inputs/project.py" "$1"
mkdir "$1/src/include/linux"
cp "$inputs/gfp.h" "$1/src/include/linux/gfp.h"
cp "$inputs/locks.c" "$1/src/mm/c.c"
touch -d 2023-11-14 "$1/src/include/linux/gfp.h" "$1/src/mm/c.c" # as the other files
