# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""quoted-printable.py MBOX: the same messages, transferred as quoted-printable."""

import quopri
import re
import sys

text = open(sys.argv[1], "rb").read()
for message in re.split(rb"(?m)^(?=From [0-9a-f]{40} )", text)[1:]:
    head, body = message.split(b"\n\n", 1)
    head += b"\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8"
    head += b"\nContent-Transfer-Encoding: quoted-printable"
    sys.stdout.buffer.write(head + b"\n\n" + quopri.encodestring(body) + b"\n")
