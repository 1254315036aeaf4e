#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
A webhook's receiver for tests: takes what an unmodified Falcosidekick would unmarshal and nothing else.

  receiver.py DIR [--port PORT] [--tls CERTIFICATE KEY]

In DIR:
  port       written when it listens
  mode       read at each request: ok (also where there is none), a status such as 500, `429 SECONDS` with Retry-After,
             `slow SECONDS`, hang, or close
  requests   a line for each request: the mode, and the record's uuid
  records    each record taken, once for each uuid, a line of JSON each
  invalid    what was no such record, and why
"""
import argparse
import datetime
import http.server
import json
import os
import re
import ssl
import threading
import time

PRIORITIES = {"Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"}
STRINGS = {"uuid", "output", "priority", "rule", "time", "source", "hostname"}
KEYS = STRINGS | {"output_fields", "tags"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


def unique(pairs):
    """An object whose keys are all different: a parser would take the last one only."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)


def check(text):
    """The record, or ValueError."""
    record = json.loads(text, object_pairs_hook=unique)
    if not isinstance(record, dict) or record.keys() != KEYS:
        raise ValueError(f"keys are {sorted(record)}")
    for key in STRINGS:
        if not isinstance(record[key], str) or not record[key]:
            raise ValueError(f"{key} is no string, or empty")
    if record["priority"] not in PRIORITIES:
        raise ValueError(f"priority {record['priority']}")
    if not TIME.fullmatch(record["time"]):
        raise ValueError(f"time {record['time']}")
    datetime.datetime.strptime(record["time"][:19], "%Y-%m-%dT%H:%M:%S")
    if not isinstance(record["tags"], list) or not all(isinstance(tag, str) for tag in record["tags"]):
        raise ValueError("tags are no strings")
    if not isinstance(record["output_fields"], dict):
        raise ValueError("output_fields is no object")
    for key, value in record["output_fields"].items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError(f"output_fields.{key} is neither a string nor a number")
    return record


class Store:
    """What was received."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.seen = set()
        if os.path.exists(self.path("records")):
            with open(self.path("records"), encoding="utf-8") as file:
                self.seen = {json.loads(line)["uuid"] for line in file}

    def path(self, name):
        return os.path.join(self.folder, name)

    def add(self, name, text):
        with open(self.path(name), "a", encoding="utf-8") as file:
            file.write(text + "\n")

    def mode(self):
        try:
            with open(self.path("mode"), encoding="utf-8") as file:
                return file.read().split() or ["ok"]
        except FileNotFoundError:
            return ["ok"]

    def take(self, record):
        with self.lock:
            if record["uuid"] not in self.seen:
                self.seen.add(record["uuid"])
                self.add("records", json.dumps(record))


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    store = None

    def log_message(self, *_):
        pass

    def answer(self, status, **headers):
        body = b'{"status":"said"}\n'
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
        mode = self.store.mode()
        try:
            if self.headers["Content-Type"] != "application/json":
                raise ValueError(f"Content-Type {self.headers['Content-Type']}")
            record = check(body)
        except ValueError as error:
            self.store.add("invalid", f"{error}: {body}")
            self.answer(400)
            return
        self.store.add("requests", f"{' '.join(mode)} {record['uuid']} {self.headers.get('X-Test', '-')}")
        if mode[0] == "hang":
            while self.store.mode()[0] == "hang":
                time.sleep(0.1)
            self.close_connection = True
        elif mode[0] == "close":
            self.close_connection = True
        elif mode[0] == "429":
            self.answer(429, Retry_After=mode[1])
        elif mode[0].isdigit():
            self.answer(int(mode[0]))
        else:
            if mode[0] == "slow":
                time.sleep(float(mode[1]))
            self.store.take(record)
            self.answer(200)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2)
    options = parser.parse_args()

    Handler.store = Store(options.folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(Handler.store.path("port.new"), "w", encoding="utf-8") as file:
        file.write(f"{server.server_port}\n")
    os.rename(Handler.store.path("port.new"), Handler.store.path("port"))
    server.serve_forever()


if __name__ == "__main__":
    main()
