#!/usr/bin/env python3
# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""sql.py FILE STATEMENT...: executes statements on a database and prints the rows."""

import sqlite3
import sys

with sqlite3.connect(sys.argv[1]) as db:
    for statement in sys.argv[2:]:
        for row in db.execute(statement):
            print(*row)
