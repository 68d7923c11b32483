"""Servers for the tests of fetching: git over https as real servers do it, and servers that do it wrong.

    server.py https PORT ROOT CERTIFICATE KEY CREDENTIALS LOG   git-http-backend(1) behind TLS; every request is a line of LOG
    server.py http PORT ROOT LOG                                the same in plain text
    server.py hang PORT                                         takes connections and says nothing
    server.py cut PORT TARGET BYTES                             hands on, and hangs up after so many bytes of the answer
    server.py page PORT                                         a page that is not git's
    server.py busy PORT COUNT TARGET                            hangs up on so many connections, then hands on

CREDENTIALS is `-` or `user:password`. Everything listens on 127.0.0.1 and writes `up` when it does.
"""

import base64
import http.server
import os
import socket
import ssl
import subprocess
import sys
import threading
import time


class Git(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(body)

    def reply(self, code, headers, body):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, body):
        path, _, query = self.path.partition("?")
        with open(self.server.log, "a") as log:
            log.write(f"{self.command} {path}\n")
        if self.server.credentials != "-":
            wanted = "Basic " + base64.b64encode(self.server.credentials.encode()).decode()
            given = self.headers.get("Authorization")
            if given != wanted:
                self.reply(401, [("WWW-Authenticate", 'Basic realm="git"')], b"who are you?\n")
                return
        if path.startswith("/forbidden"):
            self.reply(403, [], b"no\n")
            return
        if path.startswith("/moved"):
            # To plain http, where anybody could listen.
            self.reply(301, [("Location", "http://localhost:8080" + path[len("/moved"):] + "?" + query)], b"")
            return
        if path.startswith("/led"):
            self.reply(302, [("Location", "https://localhost:8444" + path[len("/led"):] + "?" + query)], b"")
            return
        if path.startswith("/plain/"):
            try:
                with open(self.server.root + path, "rb") as file:
                    self.reply(200, [], file.read())
            except OSError:
                self.reply(404, [], b"")
            return
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": self.server.root,
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        run = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True)
        head, _, content = run.stdout.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().splitlines()]
        status = [value for name, value in headers if name == "Status"]
        self.reply(
            int(status[0].split()[0]) if status else 200,
            [pair for pair in headers if pair[0] != "Status"],
            content,
        )


def serve_git(port, root, log, credentials="-", certificate=None, key=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Git)
    server.root, server.log, server.credentials = root, log, credentials
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # A client that opens a connection early must not keep the others waiting.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("up", flush=True)
    server.serve_forever()


def serve(port, handle):
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=50)
    print("up", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(connection,), daemon=True).start()


def copy(source, target, limit):
    try:
        while limit > 0 and (data := source.recv(min(limit, 65536))):
            target.sendall(data)
            limit -= len(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def hand_on(connection, target, limit):
    server = socket.create_connection(("127.0.0.1", int(target)))
    threading.Thread(target=copy, args=(connection, server, 1 << 62), daemon=True).start()
    copy(server, connection, limit)


def page(connection):
    connection.recv(65536)
    body = b"<html>\n<p>The project's page</p>\n</html>\n"
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    time.sleep(1)
    connection.close()


def busy(count):
    left = [count]

    def handle(connection):
        left[0] -= 1
        if left[0] >= 0:
            connection.close()
        else:
            hand_on(connection, sys.argv[4], 1 << 62)

    return handle


def stall(number):
    seen = []

    def handle(connection):
        seen.append(connection)
        if len(seen) == number + 1:
            print("stalled", flush=True)
        else:
            hand_on(connection, sys.argv[4], 1 << 62)

    return handle


match sys.argv[1:]:
    case ["https", port, root, certificate, key, credentials, log]:
        serve_git(port, root, log, credentials, certificate, key)
    case ["http", port, root, log]:
        serve_git(port, root, log)
    case ["hang", port]:
        held = []
        serve(port, held.append)
    case ["cut", port, target, count]:
        serve(port, lambda connection: hand_on(connection, target, int(count)))
    case ["page", port]:
        serve(port, page)
    case ["busy", port, count, _]:
        serve(port, busy(int(count)))
    case ["stall", port, number, _]:
        serve(port, stall(int(number)))
