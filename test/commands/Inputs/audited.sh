#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# audited.sh FIXTURES DIR: the miniature kernel in DIR/linux with audit.c in fs/demo/, its build
# in DIR/build.
set -eu
mkdir -p "$2"
cp -r "$1" "$2/linux"
mkdir "$2/linux/fs/demo"
cp "$(dirname "$0")/audit.c" "$2/linux/fs/demo/demo.c"
"$2/linux/compile-commands" "$2/build" "$2/linux/fs/demo/demo.c"
