//! An app with three sites: one of everything, one of files alone, one with a certificate.

use crate::context::TestContext;
use crate::support::described;
use deb_build_app::target::Root;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Answers with what it was asked; after an upgrade it sends frames of a websocket back (RFC 6455).
const ANSWER: &str = r#"
import base64, hashlib, http.server, json, os, socketserver, sys
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def address_string(self):
        return "somebody"
    def do_GET(self):
        if self.headers.get("Upgrade") == "websocket":
            return self.echo()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        text = json.dumps({"at": sys.argv[1], "path": self.path, "length": len(body), "headers": dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    do_POST = do_GET
    def echo(self):
        self.close_connection = True
        word = (self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(word).digest()).decode())
        self.end_headers()
        self.wfile.flush()
        head = self.rfile.read(2)
        size = head[1] & 127
        mask = self.rfile.read(4)
        data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(size)))
        self.wfile.write(bytes([0x81, size]) + data)
    def log_message(self, *words):
        pass
class Tcp(http.server.ThreadingHTTPServer):
    daemon_threads = True
class Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
where = sys.argv[1]
if where.startswith("/"):
    if os.path.exists(where):
        os.unlink(where)
    os.umask(0)
    Unix(where, Answer).serve_forever()
else:
    Tcp(("127.0.0.1", int(where)), Answer).serve_forever()
"#;

/// Says a word to a websocket behind nginx and prints what comes back.
pub(super) const SPEAK: &str = r#"
import os, socket
peer = socket.create_connection(("127.0.0.1", 80), 30)
peer.sendall(b"GET /echo HTTP/1.1\r\nHost: shop.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
stream = peer.makefile("rb")
status = stream.readline().decode().split()[1]
accept = ""
while (line := stream.readline().strip()):
    name, value = line.decode().split(": ", 1)
    if name.lower() == "sec-websocket-accept":
        accept = value
mask = b"mask"
data = b"hello"
peer.sendall(bytes([0x81, 0x80 | len(data)]) + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))
head = stream.read(2)
print(status, accept, stream.read(head[1]).decode())
"#;

/// The whole recipe of a version.
pub(super) fn recipe(version: &str) -> String {
    let head = described("shop", version, "three sites on one nginx");
    format!(
        r#"{head}
[venv]
packages = ["six==1.17.0"]

[files]
"/usr/share/shop/answer.py" = {{ content = '''{ANSWER}''' }}
"/usr/share/shop/static/site.css" = {{ content = "body {{}}\n" }}
"/usr/share/shop/static/favicon.ico" = {{ content = "icon\n" }}
"/usr/share/shop/secret.txt" = {{ content = "nobody's\n" }}
"/usr/share/shop/public/about.html" = {{ content = "about {version}\n" }}

[service.web]
command = "@prefix@/bin/python /usr/share/shop/answer.py ${{PORT}}"
instances = 4
port = 61600

[service.live]
command = "@prefix@/bin/python /usr/share/shop/answer.py /run/shop/live-${{PORT}}.sock"
instances = 2
port = 61700

[[nginx]]
server-name = ["shop.example.org", "*.shop.example.org"]
body-size = "2k"
headers = {{ X-Frame-Options = "DENY", Content-Security-Policy = "default-src 'self'; img-src *" }}
[nginx.locations]
"/" = {{ service = "web", websocket = true, try-files = "/usr/share/shop/public" }}
"/static" = {{ directory = "/usr/share/shop/static" }}
"/live" = {{ service = "live", socket = "/run/@name@/live-${{PORT}}.sock", timeout = 120 }}
"= /favicon.ico" = {{ directory = "/usr/share/shop/static" }}
"/old" = {{ redirect = "/new", status = 308 }}

[[nginx]]
server-name = ["files.example.org"]
[nginx.locations]
"/" = {{ directory = "/usr/share/shop/static" }}

[[nginx]]
server-name = ["secure.example.org"]
[nginx.tls]
certificate = "/etc/ssl/shop/site.pem"
key = "/etc/ssl/shop/site.key"
chain = "/etc/ssl/shop/chain.pem"
[nginx.locations]
"/" = {{ service = "web" }}
"#
    )
}

/// Builds a recipe, and keeps the package.
pub(super) fn build(recipe: &str) -> PathBuf {
    let context = TestContext::new();
    let built = context.build(&context.write("recipe.toml", recipe));
    let kept = crate::context::kept().join(built.file_name().unwrap());
    std::fs::copy(&built, &kept).unwrap();
    kept
}

pub(super) static SHOP: LazyLock<PathBuf> = LazyLock::new(|| build(&recipe("1.0")));
pub(super) static NEXT: LazyLock<PathBuf> = LazyLock::new(|| build(&recipe("1.1")));

/// A host with nginx and the default site of Debian.
pub(super) fn booted() -> Root {
    Root::builder("bookworm")
        .packages(["python3.11", "nginx"])
        .boot()
        .unwrap()
}

/// Installs a package, and returns what was said.
pub(super) fn install(root: &Root, package: &Path) -> String {
    let ran = root.install(package).unwrap().succeeded().unwrap();
    ran.stderr
}

/// Returns the lines that the package itself said.
pub(super) fn said(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("shop: "))
        .collect()
}

/// Makes an authority, and a certificate for the site that only the chain leads to.
pub(super) fn certify(root: &Root) {
    let context = TestContext::new();
    context.write(
        "v3.cnf",
        "[authority]\nbasicConstraints=critical,CA:true\n[site]\nsubjectAltName=DNS:secure.example.org\n",
    );
    let script = r#"
        key() { openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr"; }
        key root; key chain; key site
        openssl x509 -req -days 3000 -in root.csr -signkey root.key -extfile v3.cnf -extensions authority -out root.pem
        openssl x509 -req -days 3000 -in chain.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile v3.cnf -extensions authority -out chain.pem
        openssl x509 -req -days 3000 -in site.csr -CA chain.pem -CAkey chain.key -CAcreateserial -extfile v3.cnf -extensions site -out site.pem
    "#;
    crate::context::succeed(
        Command::new("sh")
            .args(["-euc", script])
            .current_dir(context.path("")),
    );
    root.sh("mkdir -p -m 0700 /etc/ssl/shop").unwrap();
    for file in ["root.pem", "chain.pem", "site.pem", "site.key"] {
        root.put(&context.path(file), "/etc/ssl/shop/").unwrap();
    }
    // As some have it: with its key in the same file, and no line break at the end of that.
    root.sh("cd /etc/ssl/shop; { cat site.key site.pem; printf %s \"$(cat site.key)\"; } >both && mv both site.pem")
        .unwrap();
}

/// Asks a site until the answer is as wanted, and returns it: the status, where it sends to, and the text.
pub(super) fn ask(root: &Root, address: &str, wanted: &str) -> String {
    ask_with(root, &[], address, wanted)
}

/// Asks with more words for curl.
pub(super) fn ask_with(root: &Root, words: &[&str], address: &str, wanted: &str) -> String {
    let start = Instant::now();
    loop {
        let answer = once(root, words, address);
        if answer.starts_with(wanted) {
            return answer;
        }
        if start.elapsed() > Duration::from_mins(5) {
            let log = root.sh("tail -n 20 /var/log/nginx/error.log; ls -l /etc/nginx/sites-enabled; systemctl status nginx --no-pager || true");
            panic!(
                "{address}: wanted {wanted:?}, the last answer was {answer:?}\n{}",
                log.unwrap_or_default()
            );
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Asks one time.
pub(super) fn once(root: &Root, words: &[&str], address: &str) -> String {
    let hosts = [
        "shop.example.org:80:127.0.0.1",
        "files.example.org:80:127.0.0.1",
        "secure.example.org:80:127.0.0.1",
        "secure.example.org:443:127.0.0.1",
        "other.example.org:80:127.0.0.1",
    ];
    let mut all = vec!["curl", "-sS", "-w", "\n%{http_code} %{redirect_url}"];
    for host in &hosts {
        all.extend(["--resolve", host]);
    }
    all.extend(words);
    all.push(address);
    let ran = root.run(&all).unwrap();
    let (text, status) = ran.stdout.rsplit_once('\n').unwrap();
    format!("{} {text}", status.trim_end())
}
