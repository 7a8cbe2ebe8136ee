#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""many-findings.py DIR COUNT: adds units with COUNT findings to the tree of project.py."""

import json
import os
import sys

PER_UNIT = 250


def main():
    base, count = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    commands = os.path.join(base, "build", "compile_commands.json")
    with open(commands) as file:
        entries = json.load(file)
    like = json.dumps(entries[0])
    for unit in range(count // PER_UNIT):
        name = f"mm/many{unit}.c"
        text = f'#include "common.h"\nraw_spinlock_t many{unit}_lock;\n'
        for n in range(PER_UNIT):
            text += (
                f"void many{unit}_run{n}(void)\n{{\n\t_raw_spin_lock(&many{unit}_lock);\n"
                f"\trest();\n\t_raw_spin_unlock(&many{unit}_lock);\n}}\n"
            )
        with open(os.path.join(base, "src", name), "w") as file:
            file.write(text)
        entries.append(json.loads(like.replace("fs/a", name[:-2])))
    with open(commands, "w") as file:
        json.dump(entries, file)


if __name__ == "__main__":
    main()
