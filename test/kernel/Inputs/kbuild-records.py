# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""kbuild-records.py BUILD DIR...: compare BUILD/compile_commands.json with Kbuild's own records.

Of each DIR: the members of built-in.a and lib.a (as llvm-ar lists them) and the parts of every
module (*.mod), less those whose .cmd file names a source that is not C. Fails unless the database
has exactly these objects; prints how many. Shares no code with gfpcheck, on purpose.
"""

import json
import os
import subprocess
import sys

build, directories = sys.argv[1], sys.argv[2:]
tree = os.path.join(build, ".gfpcheck", "obj")
objects = set()
for directory in directories:
    for folder, _, names in os.walk(os.path.join(tree, directory)):
        for name in names:
            path = os.path.join(folder, name)
            if name in ("built-in.a", "lib.a"):
                listed = subprocess.run(["llvm-ar", "t", path], check=True, capture_output=True,
                                        text=True, cwd=tree).stdout.split()
                objects.update(os.path.relpath(o, tree) if os.path.isabs(o) else o for o in listed)
            elif name.endswith(".mod"):
                with open(path) as file:
                    objects.update(file.read().split())


def source(obj):
    folder, name = os.path.split(os.path.join(tree, obj))
    try:
        with open(os.path.join(folder, f".{name}.cmd")) as file:
            return next((line.split(":=")[1].strip() for line in file
                         if line.startswith("source_")), "")
    except FileNotFoundError:
        return ""


expected = {os.path.normpath(o) for o in objects if source(o).endswith(".c")}
with open(os.path.join(build, "compile_commands.json")) as file:
    captured = {entry["output"] for entry in json.load(file)}
for obj in sorted(expected - captured):
    print("not captured:", obj)
for obj in sorted(captured - expected):
    print("not in Kbuild's records:", obj)
print(f"Kbuild records {len(expected)}, captured {len(captured)}")
sys.exit(expected != captured)
