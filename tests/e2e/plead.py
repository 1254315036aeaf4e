#!/usr/bin/python3 -u
# SPDX-License-Identifier: Apache-2.0
"""
What a hook in a user namespace says to shieldd (hook/rootless/message.h), said by whoever runs this: the truth or not.
Each line of the standard input is one of these:

  create ID PID ROOT [KEY VALUE]...   asks for a profile, for the container of process PID; prints what comes back:
  poststop ID                         `done`, `refused TEXT` or `busy TEXT`
  descriptor FILE                     create, with another descriptor in the pidfd's place
  garbage                             a message that is none
  hold N                              N connections with half a message, until the input ends
  flood N                             N connections, as fast as they go, with a socket inside each
"""
import json
import os
import socket
import struct
import sys

SOCKET = "/run/oci-shield/rootless.sock"
VERSION = 0x53480001
CREATE, POSTSTOP = 1, 2
STATUS = ["done", "refused", "busy"]

held = []


def connect():
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connection.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", 120, 0))
    connection.connect(SOCKET)
    return connection


def plea(stage, state, config=b""):
    return struct.pack("<4I", VERSION, stage, len(state), len(config)) + state + config


def send(connection, message, descriptor=None):
    control = []
    if descriptor is not None:
        control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", descriptor))]
    try:
        connection.sendmsg([message[:16]], control)
        connection.sendall(message[16:])
    except OSError:
        pass  # hung up on: why is to be read


def answer(connection):
    bytes_ = b""
    try:
        while chunk := connection.recv(65536):
            bytes_ += chunk
    except ConnectionResetError:
        pass  # it did not read all that was sent
    _, status, length = struct.unpack("<3I", bytes_[:12])
    text = bytes_[12:12 + length].decode().rstrip("\0").split("\0")[-1]
    return f"{STATUS[status]} {text}".strip()


def ask(message, descriptor=None):
    with connect() as connection:
        send(connection, message, descriptor)
        return answer(connection)


def create(id_, root, annotations, descriptor):
    state = {"ociVersion": "1.0.2", "id": id_, "status": "created", "pid": 1, "bundle": "/nowhere",
             "annotations": annotations}
    config = {"ociVersion": "1.0.2", "root": {"path": root, "readonly": True}, "process": {"args": ["/x"]},
              "mounts": [{"destination": "/x", "type": "bind", "source": "/root/secret", "options": ["bind"]}]}
    return ask(plea(CREATE, json.dumps(state).encode(), json.dumps(config).encode()), descriptor)


def hold(count):
    for _ in range(count):
        held.append(connect())
        send(held[-1], plea(POSTSTOP, b"x" * 100)[:20])


def flood(count):
    with socket.socket() as inside:
        for _ in range(count):
            with connect() as connection:
                send(connection, os.urandom(64), inside.fileno())


def say(what, *arguments):
    if what == "create":
        id_, pid, root, *pairs = arguments
        print(create(id_, root, dict(zip(pairs[::2], pairs[1::2])), os.pidfd_open(int(pid))))
    elif what == "poststop":
        state = {"ociVersion": "1.0.2", "id": arguments[0], "status": "stopped", "bundle": "/nowhere"}
        print(ask(plea(POSTSTOP, json.dumps(state).encode())))
    elif what == "descriptor":
        print(create("x", "/", {}, os.open(arguments[0], os.O_RDONLY)))
    elif what == "garbage":
        print(ask(b"GET / HTTP/1.1\r\nHost: shieldd\r\n\r\n"))
    elif what == "hold":
        hold(int(arguments[0]))
    else:
        flood(int(arguments[0]))


for line in sys.stdin:
    say(*line.split())
