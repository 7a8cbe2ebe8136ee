#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check-report.py REPORT TREE TOTAL REUSED: is a JSON report what docs/design.md promises?

Every unit parsed, TOTAL of them, REUSED of those not in this run (numbers, or "all", or
"some" for TOTAL); and every place that a finding names is a line of a file of TREE.
"""

import functools
import json
import os
import sys

CONFIDENCES = ("high", "medium", "low")
KINDS = ("entry", "call", "indirect", "lock", "scope", "guard", "alloc", "sleep", "wait")


@functools.cache
def lines_of(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read().split("\n")


def check_place(tree, place):
    path = os.path.normpath(place["file"])
    assert not path.startswith(("/", "..")), f"{path} is not in the tree"
    # Generated headers are not in the tree; the steps of a path may go through them.
    if "generated/" in path and "kind" in place:
        return
    lines = lines_of(os.path.join(tree, path))
    assert 1 <= place["line"] <= len(lines), f"{path} has no line {place['line']}"
    if "column" in place:
        width = len(lines[place["line"] - 1])
        assert 1 <= place["column"] <= width, f"{path}:{place['line']} has no column {place['column']}"


def main():
    report, tree, total, reused = sys.argv[1:]
    with open(report, encoding="utf-8") as f:
        report = json.load(f)
    assert report["schema"] == 1
    assert report["tool"]["name"] == "gfpcheck"
    units = report["units"]
    assert units["failed"] == 0, units
    assert units["total"] > 0 if total == "some" else units["total"] == int(total), units
    assert units["reused"] == (units["total"] if reused == "all" else int(reused)), units

    findings = report["findings"]
    assert findings, "no findings: nothing would be checked"
    assert len({f["id"] for f in findings}) == len(findings), "two findings share an id"
    order = [(f["file"], f["line"]) for f in findings]
    assert order == sorted(order), "findings are not sorted"
    for f in findings:
        assert f["check"] and f["function"] and f["message"], f
        assert f["confidence"] in CONFIDENCES, f
        check_place(tree, f)
        assert f["paths"] and all(p["steps"] for p in f["paths"]), f
        for step in (s for p in f["paths"] for s in p["steps"]):
            assert step["kind"] in KINDS and step["function"] and step["text"], step
            check_place(tree, step)
    print(f"{units['total']} units, {len(findings)} findings")


main()
