"""A package index (PEP 503) behind TLS, with or without a name and password.

    index.py PORT FOLDER CERTIFICATE KEY CREDENTIALS LOG

CREDENTIALS is `-` or `user:password`. Every request is a line of LOG: what was asked, and whether it was answered.
"""

import base64
import hashlib
import http.server
import os
import re
import ssl
import sys


class Index(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, code, body, headers=()):
        with open(self.server.log, "a") as log:
            log.write(f"{code} {self.path}\n")
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.server.credentials != "-":
            wanted = "Basic " + base64.b64encode(self.server.credentials.encode()).decode()
            if self.headers.get("Authorization") != wanted:
                return self.reply(401, b"", [("WWW-Authenticate", 'Basic realm="index"')])
        names = sorted(os.listdir(self.server.folder))
        parts = [part for part in self.path.split("?")[0].split("/") if part]
        if len(parts) == 2 and parts[0] == "simple":
            links = ""
            for name in names:
                if re.sub(r"[-_.]+", "-", name.split("-")[0]).lower() == parts[1]:
                    data = open(os.path.join(self.server.folder, name), "rb").read()
                    digest = hashlib.sha256(data).hexdigest()
                    links += f'<a href="/files/{name}#sha256={digest}">{name}</a>\n'
            page = f"<!DOCTYPE html><html><body>{links}</body></html>".encode()
            return self.reply(200 if links else 404, page, [("Content-Type", "text/html")])
        if len(parts) == 2 and parts[0] == "files" and parts[1] in names:
            data = open(os.path.join(self.server.folder, parts[1]), "rb").read()
            return self.reply(200, data, [("Content-Type", "application/octet-stream")])
        return self.reply(404, b"")


def main():
    port, folder, certificate, key, credentials, log = sys.argv[1:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Index)
    server.folder, server.credentials, server.log = folder, credentials, log
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("up", flush=True)
    server.serve_forever()


main()
