//! Whatever the reader of recipes takes, nginx takes too.

use super::app::certify;
use deb_build_app::recipe::Recipe;
use deb_build_app::services::provide;
use deb_build_app::target::Root;
use std::path::Path;

/// What names, paths and values are put together from: each has a meaning for nginx, sh, TOML or a browser somewhere.
const PIECES: &[&str] = &[
    "a",
    "example",
    ".",
    "-",
    "_",
    "*",
    "/",
    ":",
    "80",
    "8080",
    "443",
    "[::1]",
    "127.0.0.1",
    "0.0.0.0",
    "[::]",
    "unix:",
    " ",
    ";",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "$",
    "$host",
    "#",
    "~",
    "^",
    "=",
    "(",
    ")",
    "|",
    "&",
    "?",
    "%2e",
    "%",
    "@",
    "@prefix@",
    ",",
    "+",
    "<",
    ">",
    "!",
    "\n",
    "\t",
    "\u{1}",
    "\u{7f}",
    "ü",
    "世",
    "https://",
    "http://",
    "..",
    "k",
    "m",
    "g",
    "0",
    "999999999",
    "default_server",
    "ssl",
    "www",
    "data:",
    "`",
    "default-src 'self'",
];

/// Numbers that are the same in each run (Knuth's linear congruence).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// Puts pieces together, with the first as they have to begin; half of the time only harmless ones.
    fn text(&mut self, first: &str, most: usize) -> String {
        let harmless = self.below(2) == 0;
        let mut text = first.to_owned();
        for _ in 0..=self.below(most) {
            let limit = if harmless { 6 } else { PIECES.len() };
            text.push_str(PIECES[self.below(limit)]);
        }
        // As a string of TOML.
        serde_json::to_string(&text).unwrap()
    }

    fn one_of(&mut self, texts: &[&str]) -> String {
        texts[self.below(texts.len())].to_owned()
    }
}

fn recipe(numbers: &mut Numbers) -> String {
    let name = numbers.text("", 4);
    let plain = numbers.one_of(&["\"demo.example.org\"", "\"*.example.org\"", "\"_\""]);
    let listen = numbers.text("", 3);
    let other = numbers.one_of(&[
        "80",
        "\"[::]:80\"",
        "\"0.0.0.0:80\"",
        "\"unix:/run/a.sock\"",
        "8080",
    ]);
    let path = numbers.text("/", 4);
    let exact = numbers.text("= /", 3);
    let folder = numbers.text("/srv/", 4);
    let target = numbers.one_of(&["/", "https://example.org/", "http://a"]);
    let target = numbers.text(&target, 4);
    let header = numbers.text("X-", 2);
    let value = numbers.text("", 6);
    let size = numbers.text("1", 2);
    // Most have one part that is unusual, so that not all are refused.
    let wild = numbers.below(8);
    let pick = |number: usize, text: String, tame: &str| {
        if wild == number {
            text
        } else {
            tame.to_owned()
        }
    };
    let tls = if numbers.below(2) == 0 {
        "tls = { certificate = \"/etc/ssl/shop/site.pem\", key = \"/etc/ssl/shop/site.key\", redirect = false }"
    } else {
        ""
    };
    format!(
        r#"
[package]
name = "shop"
version = "1.0"
maintainer = "Ada <ada@example.org>"
summary = "words of all kinds"
[service.web]
command = "/bin/true ${{PORT}}"
port = 8000
instances = 2
[[nginx]]
server-name = [{plain}, {}]
listen = [{}]
body-size = {}
headers = {{ {} = {} }}
{tls}
[nginx.locations]
"/" = {{ service = "web", websocket = true, try-files = {} }}
{} = {{ service = "web", timeout = 90 }}
{} = {{ directory = "/srv/x" }}
"/there" = {{ redirect = {} }}
"#,
        pick(0, name, "\"second.example.org\""),
        pick(1, listen, &other),
        pick(2, size, "\"5k\""),
        pick(3, header, "\"X-Y\""),
        pick(4, value, "\"z; {a}\""),
        pick(5, folder, "\"/srv/y\""),
        pick(6, path, "\"/part\""),
        pick(7, exact, "\"= /one\""),
        if wild == 6 || wild == 7 {
            "\"/x\"".to_owned()
        } else {
            target
        },
    )
}

/// Returns the files of a recipe that is taken.
fn sites(text: &str) -> Option<Vec<String>> {
    let recipe = Recipe::parse(text, "recipe.toml", Path::new("/r")).ok()?;
    let files = provide(&recipe).files.into_iter();
    Some(
        files
            .filter(|file| file.path.starts_with("etc/nginx/"))
            .map(|file| file.text)
            .collect(),
    )
}

#[test]
fn what_a_recipe_may_say_nginx_takes() {
    let mut numbers = Numbers(8);
    let recipes: Vec<_> = (0..600).map(|_| recipe(&mut numbers)).collect();
    let files: Vec<_> = recipes.iter().filter_map(|text| sites(text)).collect();
    assert!(files.len() > 200, "{}", files.len());
    for (suite, packages) in [
        ("bookworm", &["python3.11", "nginx"][..]),
        ("trixie", &["nginx"][..]),
    ] {
        let root = Root::builder(suite)
            .packages(packages.iter().copied())
            .start()
            .unwrap();
        certify(&root);
        // A site may be the default one.
        root.sh("rm /etc/nginx/sites-enabled/default").unwrap();
        for (number, text) in files.iter().enumerate() {
            root.write(&format!("/root/cases/{number}"), text.concat())
                .unwrap();
        }
        let refused = root
            .sh("cd /root/cases; for case in *; do cp \"$case\" /etc/nginx/sites-enabled/case; said=$(nginx -t 2>&1) || { cat \"$case\"; echo \"$said\"; }; done")
            .unwrap();
        assert_eq!(refused, "", "{suite}");

        // The longest name for which nobody is warned is the longest that nginx takes.
        for (length, too_long) in [(46, false), (47, true)] {
            let name = format!("{}.example.org", "x".repeat(length - 12));
            let site = format!(
                "server {{ listen 80; server_name {name}; }} server {{ listen 80; server_name b; }}\n"
            );
            root.write("/etc/nginx/sites-enabled/case", site).unwrap();
            let said = root.sh("nginx -t 2>&1 || true").unwrap();
            assert_eq!(said.contains("server_names_hash"), too_long, "{said}");
        }
    }
}
