#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check-gate.py REPORT ANEW: what the series of gate-series.test introduces is in both reports, and
the first has nothing that the second has not."""

import json
import sys

reports = []
for name in sys.argv[1:3]:
    with open(name) as file:
        findings = json.load(file)["findings"]
    reports.append({f["id"]: f for f in findings if f["status"] == "introduced"})
quick, whole = reports
for report in reports:
    if not any(f["check"] == "memalloc-scope" for f in report.values()):
        sys.exit("the open scope is not introduced")
    if not any(f["check"] == "reclaim-reentry" and "/jbd2/" in str(f) for f in report.values()):
        sys.exit("no allocation in a transaction is introduced")
if extra := quick.keys() - whole.keys():
    sys.exit(f"not there when solved from nothing: {extra}")
print(f"{len(quick)} of {len(whole)} introduced findings")
if 10 * len(quick) < 9 * len(whole):
    sys.exit(1)
