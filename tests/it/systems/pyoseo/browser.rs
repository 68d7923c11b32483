//! Somebody at a browser: with cookies, with forms and the hidden fields in them, from page to page.

use deb_build_app::target::Root;

/// The name of the site, which nobody but the browser resolves.
pub(super) const SITE: &str = "http://pyoseo.example.org";

/// What a browser shows.
#[derive(Debug)]
pub(super) struct Page {
    /// The status of the answer.
    pub(super) status: u16,
    /// Where it was in the end, without [`SITE`].
    pub(super) path: String,
    /// The text.
    pub(super) text: String,
}

impl Page {
    /// Returns whether the text holds all words.
    pub(super) fn shows(&self, words: &[&str]) -> bool {
        self.status == 200 && words.iter().all(|word| self.text.contains(word))
    }
}

/// A browser with a jar of cookies.
pub(super) struct Browser<'a> {
    root: &'a Root,
    jar: String,
}

impl<'a> Browser<'a> {
    /// Opens a browser that knows nobody yet.
    pub(super) fn new(root: &'a Root, name: &str) -> Self {
        let jar = format!("/root/{name}.jar");
        root.sh(&format!("rm -f {jar}")).unwrap();
        Browser { root, jar }
    }

    /// Shows a page.
    pub(super) fn get(&self, path: &str) -> Page {
        self.ask(path, &[])
    }

    /// Sends the form of the page `from` to `to`.
    pub(super) fn send(&self, from: &str, to: &str, fields: &[&str]) -> Page {
        let form = self.get(from).text;
        let (_, rest) = form
            .split_once("name=\"csrfmiddlewaretoken\" value=\"")
            .unwrap_or_else(|| panic!("{from} has no form: {form}"));
        let (token, _) = rest.split_once('"').unwrap();
        let token = format!("csrfmiddlewaretoken={token}");
        let origin = format!("Origin: {SITE}");
        let referer = format!("Referer: {SITE}{from}");
        let mut words = vec!["-H", &origin, "-H", &referer, "--data-urlencode", &token];
        for field in fields {
            words.extend(["--data-urlencode", field]);
        }
        self.ask(to, &words)
    }

    /// Asks as curl does with these words, and follows.
    pub(super) fn ask(&self, path: &str, words: &[&str]) -> Page {
        let address = format!("{SITE}{path}");
        let mut all = vec![
            "curl",
            "-sS",
            "-L",
            "--resolve",
            "pyoseo.example.org:80:127.0.0.1",
            "-b",
            &self.jar,
            "-c",
            &self.jar,
            "-w",
            "\n%{http_code} %{url_effective}",
        ];
        all.extend(words);
        all.push(&address);
        let ran = self.root.run(&all).unwrap().succeeded().unwrap();
        let (text, last) = ran.stdout.rsplit_once('\n').unwrap();
        let (status, address) = last.split_once(' ').unwrap();
        Page {
            status: status.parse().unwrap(),
            path: address.strip_prefix(SITE).unwrap().to_owned(),
            text: text.to_owned(),
        }
    }
}
