# SPDX-License-Identifier: Apache-2.0
"""A small web service: it computes, keeps what it was asked in a database, and tells a collector."""
import http.server
import json
import os
import signal
import socket
import sys
import threading
import urllib.parse

lock = threading.Lock()


def remember(expression):
    import sqlite3  # when it is first needed, as big services do

    with lock, sqlite3.connect(os.environ["STATE"] + "/asked.db") as database:
        database.execute("CREATE TABLE IF NOT EXISTS asked (expression TEXT)")
        database.execute("INSERT INTO asked VALUES (?)", (expression,))
        return database.execute("SELECT count(*) FROM asked").fetchone()[0]


def report(expression):
    host, port = os.environ["COLLECTOR"].split()
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(expression.encode() + b"\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/compute":
            self.compute(query["of"])
        else:
            self.answer(200, "ok")

    def compute(self, expression):
        try:
            value = eval(expression)  # the hole
            count = remember(expression)
            report(expression)
        except Exception as error:
            self.answer(500, repr(error))
            return
        self.answer(200, json.dumps({"value": value, "first": count == 1}))

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit())
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
