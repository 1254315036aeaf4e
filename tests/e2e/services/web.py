# SPDX-License-Identifier: Apache-2.0
"""A client of the web services."""
import gzip
import http.client

_kept = http.client.HTTPConnection("127.0.0.1", 8080)


def ask(path, connection=None, compressed=False):
    """The status and the text that a path is answered with, over a connection of its own."""
    connection = connection or http.client.HTTPConnection("127.0.0.1", 8080)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"} if compressed else {})
    answer = connection.getresponse()
    body = answer.read()
    if answer.getheader("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return answer.status, body.decode()


def expect(path, text, compressed=False):
    """Fails unless both kinds of connections bring this text."""
    for connection in (None, _kept):
        answer = ask(path, connection, compressed)
        assert answer == (200, text), f"{path}: {answer[0]} {answer[1][:80]!r}"
