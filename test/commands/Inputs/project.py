#!/usr/bin/env python3
# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""project.py DIR [UNITS]: makes DIR/src, a small source tree, and DIR/build with its
compile_commands.json. fs/a.c sleeps in a header inline under a lock, fs/b.c does so
itself, mm/c.c is right; more right units are added up to UNITS."""

import json
import os
import sys

COMMON = """
typedef struct { int locked; } raw_spinlock_t;
void _raw_spin_lock(raw_spinlock_t *lock);
void _raw_spin_unlock(raw_spinlock_t *lock);
void __might_sleep(const char *file, int line);
void __might_resched(const char *file, int line, unsigned int offsets);
void schedule(void);
static inline void rest(void) { schedule(); }
"""
FILES = {
    "Kbuild": "",
    "MAINTAINERS": "",
    "include/common.h": COMMON,
    "fs/a.c": """#include "common.h"
raw_spinlock_t a_lock;
void a_run(void)
{
	_raw_spin_lock(&a_lock);
	rest();
	_raw_spin_unlock(&a_lock);
}
""",
    "fs/b.c": """#include "common.h"
raw_spinlock_t b_lock;
void b_run(void)
{
	_raw_spin_lock(&b_lock);
	schedule();
	_raw_spin_unlock(&b_lock);
}
""",
    "mm/c.c": """#include "common.h"
raw_spinlock_t c_lock;
void c_run(void)
{
	_raw_spin_lock(&c_lock);
	_raw_spin_unlock(&c_lock);
	rest();
}
""",
}


def main():
    base = os.path.abspath(sys.argv[1])
    files = dict(FILES)
    for n in range(3, int(sys.argv[2]) if len(sys.argv) > 2 else 3):
        files[f"mm/unit{n}.c"] = FILES["mm/c.c"].replace("c_", f"unit{n}_")
    for name, text in files.items():
        path = os.path.join(base, "src", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        # As if written long ago, so that its status can be trusted.
        os.utime(path, (1700000000, 1700000000))
    build = os.path.join(base, "build")
    os.makedirs(build, exist_ok=True)
    commands = [
        {
            "directory": build,
            "file": f"{base}/src/{name}",
            "output": name[:-1] + "o",
            "arguments": ["clang-22", f"-I{base}/src/include", "-c", "-o", name[:-1] + "o",
                          f"{base}/src/{name}"],
        }
        for name in sorted(files)
        if name.endswith(".c")
    ]
    with open(os.path.join(build, "compile_commands.json"), "w") as f:
        json.dump(commands, f, indent=1)


main()
