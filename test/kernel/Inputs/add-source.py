#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""add-source.py BUILD LIKE SOURCE UNIT...: a compile database with a file of ours in it.

Prints the commands of BUILD/compile_commands.json for the UNITs (paths that end so), and
for SOURCE the command of the unit LIKE with the name of its source replaced.
"""

import copy
import json
import os
import sys


def find(commands, unit):
    found = [c for c in commands if c["file"].endswith("/" + unit)]
    assert len(found) == 1, f"{unit}: {len(found)} commands"
    return found[0]


build, like, source, *units = sys.argv[1:]
with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
    commands = json.load(f)
ours = copy.deepcopy(find(commands, like))
ours["arguments"] = [source if a == ours["file"] else a for a in ours["arguments"]]
assert source in ours["arguments"], f"{like}: its command does not name its source"
ours["file"] = source
ours["output"] = os.path.basename(source) + ".o"
json.dump([find(commands, u) for u in units] + [ours], sys.stdout, indent=1)
