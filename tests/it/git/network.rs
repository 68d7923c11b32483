//! A network of its own with loopback alone, the servers in it, and a repository that they serve.

use crate::context::{repository, succeed};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to come up on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// The user and password that the https server with credentials wants.
pub(crate) const USER: &str = "ada";
/// See [`USER`].
pub(crate) const SECRET: &str = "s3cr3t-t0ken";

/// A network namespace with servers. Everything in it ends with it.
pub(crate) struct Network {
    folder: TempDir,
    keeper: Child,
    servers: Vec<Child>,
}

impl Network {
    /// Makes a network without servers, and the folder `srv` that they will serve.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["srv", "home"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        // sshd wants a folder below /run: it gets a /run of its own.
        let script = "ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/sshd && echo up && read -r _";
        let mut keeper = Command::new("unshare")
            .args(["--net", "--mount", "--", "sh", "-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut reader = BufReader::new(keeper.stdout.take().unwrap());
        reader.read_line(&mut line).unwrap();
        assert_eq!(line, "up\n", "no network namespace can be made");
        Network {
            folder,
            keeper,
            servers: Vec::new(),
        }
    }

    /// Returns a path in the folder of this network.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Returns a command that runs in the network, as a process whose id is its own.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--net=/proc/{}/ns/net", self.keeper.id()))
            .arg("--")
            .arg(program);
        command
    }

    /// Starts a server whose output goes to a file, and waits until that has `word`.
    pub(crate) fn start(&mut self, mut command: Command, output: &str, word: &str) {
        let path = self.path(output);
        let file = fs_err::File::create(&path).unwrap().into_file();
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        self.servers.push(child);
        let start = Instant::now();
        while !std::fs::read_to_string(&path).unwrap().contains(word) {
            let said = std::fs::read_to_string(&path).unwrap();
            assert!(
                start.elapsed() < PATIENCE,
                "{output} does not come up: {said}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts one of the servers of `server.py`.
    pub(crate) fn python(&mut self, words: &[&str]) {
        let mut command = self.command("/usr/bin/python3");
        command
            .arg(repository().join("tests/it/git/server.py"))
            .args(words)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        self.start(command, &format!("python-{}", words[1]), "up\n");
    }

    /// Starts `git daemon` on its own port.
    pub(crate) fn git_daemon(&mut self) {
        let folder = succeed(Command::new("git").arg("--exec-path"));
        // Not `git daemon`, which would be a process between us and the server.
        let mut command = self.command(Path::new(folder.trim_end()).join("git-daemon"));
        command
            .args([
                "--verbose",
                "--export-all",
                "--reuseaddr",
                "--listen=127.0.0.1",
            ])
            .arg("--log-destination=stderr")
            .arg(format!("--base-path={}", self.path("srv").display()))
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        self.start(command, "daemon", "Ready to rumble");
    }

    /// Starts https servers with a certificate authority of their own: 8443 for everybody, 8444 with credentials.
    pub(crate) fn https(&mut self) {
        self.make_certificates();
        let path = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let (root, certificate, key) = (path("srv"), path("server.pem"), path("server.key"));
        let (open, closed) = (path("https"), path("https-closed"));
        let credentials = format!("{USER}:{SECRET}");
        self.python(&["https", "8443", &root, &certificate, &key, "-", &open]);
        self.python(&[
            "https",
            "8444",
            &root,
            &certificate,
            &key,
            &credentials,
            &closed,
        ]);
    }

    pub(crate) fn make_certificates(&self) {
        let script = "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=The test authority' \
                -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem && \
            openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr && \
            echo 'subjectAltName=DNS:localhost' > names && \
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile names -out server.pem";
        let output = Command::new("sh")
            .args(["-c", script])
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// Starts sshd at 2222 with a key for `root`; returns the ssh command that uses it.
    pub(crate) fn sshd(&mut self) -> String {
        self.sshd_with("AcceptEnv GIT_PROTOCOL")
    }

    /// Starts the same with another last line of its configuration.
    pub(crate) fn sshd_with(&mut self, line: &str) -> String {
        let folder = self.path("");
        let at = |name: &str| folder.join(name).display().to_string();
        for name in ["host-key", "user-key"] {
            let mut keygen = Command::new("ssh-keygen");
            keygen.args(["-q", "-t", "ed25519", "-N", "", "-f", &at(name)]);
            succeed(&mut keygen);
        }
        let host_key = std::fs::read_to_string(self.path("host-key.pub")).unwrap();
        std::fs::write(
            self.path("known-hosts"),
            format!("[localhost]:2222 {host_key}"),
        )
        .unwrap();
        let config = format!(
            "Port 2222\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PermitRootLogin yes\nPasswordAuthentication yes\nPidFile none\nLogLevel VERBOSE\n{line}\n",
            at("host-key"),
            at("user-key.pub"),
        );
        std::fs::write(self.path("sshd.conf"), config).unwrap();
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--net=/proc/{}/ns/net", self.keeper.id()))
            .arg(format!("--mount=/proc/{}/ns/mnt", self.keeper.id()))
            .args(["--", "/usr/sbin/sshd", "-D", "-e", "-f", &at("sshd.conf")]);
        self.start(command, "sshd", "Server listening");
        let config = format!(
            "Host localhost\n Port 2222\n IdentityFile {}\n IdentitiesOnly yes\n UserKnownHostsFile {}\n StrictHostKeyChecking yes\n",
            at("user-key"),
            at("known-hosts"),
        );
        std::fs::write(self.path("ssh.conf"), config).unwrap();
        format!("ssh -F {}", at("ssh.conf"))
    }

    /// Returns how many lines of a server's output have `word`.
    pub(crate) fn count(&self, output: &str, word: &str) -> usize {
        let text = std::fs::read_to_string(self.path(output)).unwrap_or_default();
        text.lines().filter(|line| line.contains(word)).count()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for child in self.servers.iter_mut().chain([&mut self.keeper]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The repository that is served.
pub(crate) struct Repository(PathBuf);

impl Repository {
    /// Makes an empty one below `srv`.
    pub(crate) fn new(network: &Network, name: &str) -> Self {
        let repository = Repository(network.path("srv").join(name));
        std::fs::create_dir_all(&repository.0).unwrap();
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// Takes one that is there.
    pub(crate) fn at(network: &Network, name: &str) -> Self {
        Repository(network.path("srv").join(name))
    }

    /// Runs git in it, and returns what it says.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
            .args(words)
            .current_dir(&self.0)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_AUTHOR_DATE", "2026-02-03T04:05:06Z")
            .env("GIT_COMMITTER_DATE", "2026-02-03T04:05:06Z");
        succeed(&mut git).trim_end().to_owned()
    }

    /// Writes a file and commits it; returns the id of the commit.
    pub(crate) fn commit(&self, file: &str, text: &str) -> String {
        std::fs::write(self.0.join(file), text).unwrap();
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a commit"]);
        self.git(&["rev-parse", "HEAD"])
    }
}
