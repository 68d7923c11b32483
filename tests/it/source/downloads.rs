use super::{Workshop, plan};
use deb_build_app::failure;
use deb_build_app::plan::SourcePlan;
use deb_build_app::recipe::Origin;
use deb_build_app::source::Downloads;
use deb_build_app::sys::environment::Environment;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A server of one thread that answers each path in its own way, and remembers what it was asked.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(archive: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let remembered = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &archive, port, &remembered);
            }
        });
        Server { port, asked }
    }

    fn plan(&self, path: &str, sum: &str) -> SourcePlan {
        let address = format!("http://127.0.0.1:{}/{path}", self.port);
        plan(Origin::FetchedArchive(
            address.parse().unwrap(),
            sum.parse().unwrap(),
        ))
    }
}

fn answer(stream: TcpStream, archive: &[u8], port: u16, asked: &Mutex<Vec<String>>) {
    let mut lines = Vec::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let Some(first) = lines.first() else { return };
    let path = first.split(' ').nth(1).unwrap_or("").to_owned();
    let login = lines
        .iter()
        .any(|line| line.to_lowercase().starts_with("authorization: "));
    let user = if login { " with a password" } else { "" };
    asked.lock().unwrap().push(format!("{path}{user}"));
    let mut stream = stream;
    let mut say = |head: &str, body: &[u8]| {
        let _ =
            stream.write_all(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes());
        let _ = stream.write_all(body);
        let _ = stream.flush();
    };
    let length = format!("Content-Length: {}", archive.len());
    // Who asks a proxy names the server too.
    let path = path.strip_prefix("http://example.test").unwrap_or(&path);
    match path.split('?').next().unwrap_or("") {
        "/moved.tar.gz" => say(
            &format!("302 Found\r\nLocation: http://localhost:{port}/a.tar.gz"),
            b"",
        ),
        "/cut.tar.gz" => say(&format!("200 OK\r\n{length}"), &archive[..10]),
        "/private.tar.gz" if !login => say("401 Unauthorized\r\nContent-Length: 0", b""),
        "/a.tar.gz" | "/private.tar.gz" => say(&format!("200 OK\r\n{length}"), archive),
        "/page.tar.gz" => say("200 OK", b"<html>log in</html>"),
        "/busy.tar.gz" => say("503 Service Unavailable\r\nContent-Length: 0", b""),
        "/silent.tar.gz" => {
            let _ = reader.read(&mut [0]);
        }
        _ => say("404 Not Found\r\nContent-Length: 0", b""),
    }
}

fn archive(workshop: &Workshop) -> (Vec<u8>, String) {
    workshop.write("x/a.py", "a\n");
    workshop.sh("tar czf a.tar.gz x");
    let sum = workshop.sh("sha256sum a.tar.gz | cut -c1-64");
    (
        std::fs::read(workshop.path("a.tar.gz")).unwrap(),
        sum.trim().to_owned(),
    )
}

fn downloads(workshop: &Workshop) -> Downloads {
    let environment = Environment {
        home: Some(workshop.path("home")),
        ..Environment::default()
    };
    Downloads {
        silence: 2,
        ..Downloads::new(
            &workshop.path("cache"),
            Path::new("/usr/bin/python3"),
            &environment,
        )
    }
}

#[test]
fn an_archive_is_fetched_once() {
    let workshop = Workshop::new();
    let (bytes, sum) = archive(&workshop);
    let server = Server::start(bytes);
    let downloads = downloads(&workshop);
    for _ in 0..2 {
        workshop
            .extract_with(&server.plan("a.tar.gz?token=s3cret", &sum), &downloads)
            .unwrap();
        assert_eq!(workshop.laid(), ["a.py 644 \"a\\n\""]);
        std::fs::remove_dir_all(workshop.path("out")).unwrap();
    }
    assert_eq!(*server.asked.lock().unwrap(), ["/a.tar.gz?token=s3cret"]);
    // What is broken in the cache is fetched again.
    workshop.write(&format!("cache/archives/{sum}"), "broken");
    workshop
        .extract_with(&server.plan("a.tar.gz", &sum), &downloads)
        .unwrap();
    assert_eq!(server.asked.lock().unwrap().len(), 2);
}

#[test]
fn the_password_of_netrc_stays_with_its_server() {
    let workshop = Workshop::new();
    let (bytes, sum) = archive(&workshop);
    let server = Server::start(bytes);
    workshop.write(
        "home/.netrc",
        "machine 127.0.0.1 login ada password s3cret\n",
    );
    let downloads = downloads(&workshop);
    workshop
        .extract_with(&server.plan("private.tar.gz", &sum), &downloads)
        .unwrap();
    std::fs::remove_dir_all(workshop.path("out")).unwrap();
    std::fs::remove_dir_all(workshop.path("cache")).unwrap();
    workshop
        .extract_with(&server.plan("moved.tar.gz", &sum), &downloads)
        .unwrap();
    assert_eq!(
        *server.asked.lock().unwrap(),
        [
            "/private.tar.gz with a password",
            "/moved.tar.gz with a password",
            "/a.tar.gz"
        ]
    );
}

#[test]
fn a_password_is_not_sent_where_everybody_on_the_way_could_read_it() {
    let workshop = Workshop::new();
    let (bytes, sum) = archive(&workshop);
    let server = Server::start(bytes);
    workshop.write(
        "home/.netrc",
        "machine example.test login ada password s3cret\n",
    );
    let proxy = format!("http://127.0.0.1:{}", server.port);
    let downloads = Downloads {
        network: vec![("http_proxy".to_owned(), proxy.into())],
        ..downloads(&workshop)
    };
    let address = "http://example.test/private.tar.gz";
    let plan = plan(Origin::FetchedArchive(
        address.parse().unwrap(),
        sum.parse().unwrap(),
    ));
    let refused = workshop.extract_with(&plan, &downloads).err().unwrap();
    assert_eq!(
        failure::render(&refused),
        format!(
            "error: fetching `{address}` failed: the server does not let us in\n  | 401 Unauthorized\n\n\
             hint: a password is sent by `https://` only: name that address\n"
        )
    );
    assert_eq!(*server.asked.lock().unwrap(), [address]);
}

#[test]
fn every_fault_of_a_server_has_its_sentence() {
    let workshop = Workshop::new();
    let (bytes, sum) = archive(&workshop);
    let length = bytes.len();
    let server = Server::start(bytes);
    let downloads = downloads(&workshop);
    let page = workshop.sh("printf '<html>log in</html>' | sha256sum | cut -c1-64");
    for (path, expected) in [
        (
            "none.tar.gz?token=s3cret",
            "error: fetching `[SERVER]/none.tar.gz` failed: the server does not have it\n  | 404 Not Found\n\n\
             hint: check the address in `archive`\n"
                .to_owned(),
        ),
        (
            "private.tar.gz",
            "error: fetching `[SERVER]/private.tar.gz` failed: the server does not let us in\n  | 401 Unauthorized\n\n\
             hint: put a name and a password or token for this server into `~/.netrc`\n"
                .to_owned(),
        ),
        (
            "cut.tar.gz",
            format!(
                "error: fetching `[SERVER]/cut.tar.gz` failed: the server could not be reached\n  \
                 | the connection ended after 10 of {length} bytes\n\nhint: check the network, `https_proxy` and the address\n"
            ),
        ),
        (
            "busy.tar.gz",
            "error: fetching `[SERVER]/busy.tar.gz` failed: the server does not answer\n  | 503 Service Unavailable\n\n\
             hint: try again later, or fetch it yourself and name the file\n"
                .to_owned(),
        ),
        (
            "page.tar.gz",
            format!(
                "error: the server has another archive at `[SERVER]/page.tar.gz` than the recipe means\n  \
                 | its SHA-256 is   {}\n  | the recipe says   {sum}\n\n\
                 hint: a release that was made anew has another sum, and so has a page that says to log in: look what it is \
                 before you change `sha256`\n",
                page.trim()
            ),
        ),
    ] {
        let error = workshop
            .extract_with(&server.plan(path, &sum), &downloads)
            .unwrap_err();
        let said = deb_build_app::failure::render(&error);
        let address = format!("http://127.0.0.1:{}", server.port);
        assert_eq!(said.replace(&address, "[SERVER]"), expected);
        std::fs::remove_dir_all(workshop.path("out")).unwrap();
    }
    let left = std::fs::read_dir(workshop.path("cache/archives")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [format!("{sum}.lock").as_str()]);
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let workshop = Workshop::new();
    let (bytes, sum) = archive(&workshop);
    let server = Server::start(bytes);
    let downloads = Downloads {
        silence: 1,
        ..downloads(&workshop)
    };
    let started = std::time::Instant::now();
    let error = workshop
        .extract_with(&server.plan("silent.tar.gz", &sum), &downloads)
        .unwrap_err();
    assert!(
        error.to_string().ends_with("the server does not answer"),
        "{error:#}"
    );
    assert!(started.elapsed().as_secs() < 60);
}
