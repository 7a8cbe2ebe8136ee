# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A client of the language server protocol that is enough to drive clangd in tests."""

import json
import os
import queue
import subprocess
import threading
import urllib.parse

SEVERITY = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def uri_of(path):
    return "file://" + urllib.parse.quote(path)


def path_of(uri):
    return urllib.parse.unquote(urllib.parse.urlparse(uri).path)


class ServerDied(Exception):
    pass


class Client:
    """One server process. All waiting ends after `timeout` seconds with an exception."""

    def __init__(self, command, root, env=None, timeout=120, stderr=None):
        self.timeout = timeout
        self.server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
            env={**os.environ, **(env or {})})
        self.messages = queue.Queue()
        self.replies = {}
        self.published = {}  # by path: (version, diagnostics), the latest
        self.publications = 0
        self.last_id = 0
        self.documents = {}  # by path: (version, text)
        self.is_indexed = False
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {
            "processId": os.getpid(),
            "rootUri": uri_of(root),
            "capabilities": {"window": {"workDoneProgress": True}, "textDocument": {
                "publishDiagnostics": {"relatedInformation": True, "versionSupport": True,
                                       "codeDescriptionSupport": True},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            }},
        })
        self.notify("initialized", {})

    def _read(self):
        stream = self.server.stdout
        while True:
            length = None
            while True:
                line = stream.readline()
                if not line:
                    self.messages.put(None)
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                if line == b"\r\n":
                    break
            self.messages.put(json.loads(stream.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.server.stdin.flush()
        except BrokenPipeError:
            raise ServerDied(f"the server ended with {self.server.wait()}") from None

    def _receive(self):
        try:
            message = self.messages.get(timeout=self.timeout)
        except queue.Empty:
            raise TimeoutError(f"no word from the server for {self.timeout} s") from None
        if message is None:
            raise ServerDied(f"the server ended with {self.server.wait()}")
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.publications += 1
            self.published[path_of(params["uri"])] = (params.get("version"),
                                                      params["diagnostics"])
        elif message.get("method") == "$/progress":
            self.is_indexed |= message["params"]["value"]["kind"] == "end"
        elif "method" in message and "id" in message:  # nothing that we could do for it
            self._send({"id": message["id"], "result": None})
        elif "id" in message:
            self.replies[message["id"]] = message

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params):
        self.last_id += 1
        self._send({"id": self.last_id, "method": method, "params": params})
        while self.last_id not in self.replies:
            self._receive()
        reply = self.replies.pop(self.last_id)
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']}")
        return reply.get("result")

    def open(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.documents[path] = (1, text)
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri_of(path), "languageId": "c", "version": 1, "text": text}})

    def change(self, path, text):
        version = self.documents[path][0] + 1
        self.documents[path] = (version, text)
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri_of(path), "version": version},
            "contentChanges": [{"text": text}], "wantDiagnostics": True})

    def diagnostics(self, path):
        """Those of the present version, once they have been published."""
        version = self.documents[path][0]
        while self.published.get(path, (None, []))[0] != version:
            self._receive()
        return self.published[path][1]

    def wait_for_index(self):
        while not self.is_indexed:
            self._receive()

    def fixes(self, path, diagnostic):
        return self.request("textDocument/codeAction", {
            "textDocument": {"uri": uri_of(path)}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}}) or []

    def close(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        status = self.server.wait(timeout=self.timeout)
        if status != 0:
            raise ServerDied(f"the server ended with {status}")


def apply_edits(text, edits):
    """`text` with the TextEdits of one file, whose positions are all of the old text."""
    lines = text.split("\n")

    def offset(position):
        return sum(len(line) + 1 for line in lines[:position["line"]]) + position["character"]

    for edit in sorted(edits, key=lambda e: offset(e["range"]["start"]), reverse=True):
        begin, end = (offset(edit["range"][which]) for which in ("start", "end"))
        text = text[:begin] + edit["newText"] + text[end:]
    return text
