#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check-marks.py REPORT SOURCE: are the findings in SOURCE those that it marks?

A line with "// BUG PHRASE" must have one finding, of high confidence and with PHRASE in
its message; any other line none, of any confidence.
"""

import json
import os
import sys

report, source = sys.argv[1:]
with open(report, encoding="utf-8") as f:
    report = json.load(f)
assert report["units"]["failed"] == 0, report["units"]

with open(source, encoding="utf-8") as f:
    marks = {n: line.split("// BUG ")[1].strip() for n, line in enumerate(f, 1) if "// BUG " in line}
assert marks, f"{source} has no marks"

wrong = 0
name = os.path.basename(source)
found = {}
for finding in report["findings"]:
    if os.path.basename(finding["file"]) == name:
        found.setdefault(finding["line"], []).append(finding)
for line in sorted(marks.keys() | found.keys()):
    here = found.get(line, [])
    if line in marks and len(here) == 1 and here[0]["confidence"] == "high" \
            and marks[line] in here[0]["message"]:
        continue
    wrong += 1
    print(f"{name}:{line}: expected {marks.get(line, 'nothing')}")
    for finding in here:
        print(f"  found, {finding['confidence']} confidence: {finding['message']}")
    if not here:
        print("  found nothing")
print(f"{len(marks)} marks, {wrong} lines wrong")
sys.exit(wrong != 0)
