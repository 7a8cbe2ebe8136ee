#!/usr/bin/env python3
# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""stop_when_busy.py SIGNAL DB COMMAND...: runs the command, sends it the signal as soon
as DB has a unit in it, and prints how the command ended."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

number = getattr(signal, sys.argv[1])
process = subprocess.Popen(sys.argv[3:], stdout=subprocess.DEVNULL)


def units():
    try:
        with sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True) as db:
            return db.execute("SELECT count(*) FROM tus").fetchone()[0]
    except sqlite3.Error:
        return 0


while process.poll() is None and not (os.path.exists(sys.argv[2]) and units()):
    time.sleep(0.002)
process.send_signal(number)
status = process.wait()
print(f"ended by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}")
with sqlite3.connect(sys.argv[2]) as db:
    done = db.execute("SELECT count(*) FROM tus").fetchone()[0]
print("some units are done" if done else "no unit is done")
print("not all" if status != 0 and done < int(os.environ["UNITS"]) else "all", "units are done")
