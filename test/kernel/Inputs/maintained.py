#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""maintained.py tree LINUX DIR FILE...: makes DIR/src and DIR/build, as project.py of the command
tests does, with a finding in each FILE, and the directories and the MAINTAINERS of LINUX.

maintained.py check LINUX PAGE FILE...: whether the subsystem that PAGE, a report, has for each FILE
is the one that get_maintainer.pl of LINUX lists first. The files must have no two sections that
are equally specific: those the script lists in any order."""

import json
import os
import re
import shutil
import subprocess
import sys

INPUTS = os.path.join(os.path.dirname(__file__), "..", "..", "commands", "Inputs")


def tree(linux, base, files):
    subprocess.run([sys.executable, os.path.join(INPUTS, "project.py"), base], check=True)
    source, commands = os.path.join(base, "src"), os.path.join(base, "build", "compile_commands.json")
    for folder, _, _ in os.walk(linux):
        os.makedirs(os.path.join(source, os.path.relpath(folder, linux)), exist_ok=True)
    shutil.copyfile(os.path.join(linux, "MAINTAINERS"), os.path.join(source, "MAINTAINERS"))
    with open(commands) as file:
        entries = json.load(file)
    with open(os.path.join(source, "fs/a.c")) as file:
        text = file.read()
    for n, name in enumerate(files):
        with open(os.path.join(source, name), "w") as file:
            file.write(text.replace("a_", f"f{n}_"))
        entries.append(json.loads(json.dumps(entries[0]).replace("fs/a", name[:-2])))
    with open(commands, "w") as file:
        json.dump(entries, file)


def check(linux, page, files):
    with open(page) as file:
        found = re.search(r'<script type="application/json" id="data">(.*?)</script>', file.read(), re.S)
    data = json.loads(found.group(1))
    ours = {data["texts"][f["file"]]: data["subsystems"][f["sub"]] for f in data["findings"]}
    wrong = 0
    for name in files:
        theirs = subprocess.run(
            ["perl", "scripts/get_maintainer.pl", "--no-git", "--no-git-fallback", "--no-email", "--no-l",
             "--subsystem", "-f", name],
            cwd=linux, check=True, capture_output=True, text=True).stdout.split("\n")[0]
        if ours.get(name) != theirs:
            print(f"{name}: {ours.get(name)!r}, not {theirs!r}")
            wrong += 1
    print(f"{len(files)} files, {wrong} wrong")


if __name__ == "__main__":
    {"tree": tree, "check": check}[sys.argv[1]](sys.argv[2], sys.argv[3], sys.argv[4:])
