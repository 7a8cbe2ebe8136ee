# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""replay.py DATABASE [N]: parse the files of a compile_commands.json (N of them, spread evenly)
with the commands as they stand. Fails with the compiler's message if one does not parse."""

import json
import subprocess
import sys

with open(sys.argv[1]) as file:
    entries = json.load(file)
step = max(1, len(entries) // int(sys.argv[2])) if len(sys.argv) > 2 else 1
for entry in entries[::step]:
    result = subprocess.run(entry["arguments"] + ["-fsyntax-only", "-w"], cwd=entry["directory"],
                            capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{entry['file']} does not parse:\n{result.stderr}")
