# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Units of a captured build, for benchmarks."""

import json
import os
import random
import subprocess
import sys


def default_build(gfpcheck):
    """6.12 defconfig where `./dev kernel 6.12` puts it, captured."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    cache = os.environ.get("GFPCHECK_CACHE") or os.path.join(base, "gfpcheck")
    build = os.path.join(cache, "build-6.12-defconfig")
    if not os.path.isfile(os.path.join(build, "compile_commands.json")):
        subprocess.run([gfpcheck, "capture", "-C", os.path.join(cache, "linux-source-6.12"),
                        "-O", build], check=True, stdout=sys.stderr)
    return build


def sample(build, count, seed):
    path = build if os.path.isfile(build) else os.path.join(build, "compile_commands.json")
    with open(path) as f:
        commands = json.load(f)
    commands.sort(key=lambda c: (c["file"], c.get("output", "")))
    if len(commands) < count:
        sys.exit(f"{path} has only {len(commands)} commands, not {count}")
    return sorted(random.Random(seed).sample(commands, count), key=lambda c: c["file"])


def source_root(build):
    path = os.path.join(build, ".gfpcheck", "capture.json")
    if os.path.isfile(path):
        with open(path) as f:
            return ["--source-root=" + json.load(f)["source"]]
    return []


def syntax_check(clang, command):
    """The recorded command without its outputs."""
    words, skip = [clang], False
    for word in command["arguments"][1:]:
        if skip:
            skip = False
        elif word == "-o":
            skip = True
        elif word != "-c" and not word.startswith("-Wp,-M"):
            words.append(word)
    return words + ["-fsyntax-only"]
