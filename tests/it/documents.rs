//! Files of this repository that are made from the code: they are current, and the programs they are for read them.

use crate::context::{TestContext, repository};
use crate::support::{output_of, run};
use deb_build_app::recipe::schema;
use std::collections::BTreeSet;
use std::ffi::OsStr;

/// Set this to write the files anew; the change is then reviewed as a document.
const ACCEPT: &str = "DEB_BUILD_APP_ACCEPT";

/// Compares a file with what the code makes of it.
fn assert_current(file: &str, made: &str) {
    let path = repository().join(file);
    if std::env::var_os(ACCEPT).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = made
        .lines()
        .zip(found.lines())
        .find(|(made, found)| made != found);
    assert!(
        made == found,
        "{file} is not current: run the tests with {ACCEPT}=1; the first lines that differ: {differing:?}"
    );
}

#[test]
fn the_reference_of_the_recipe_is_current() {
    assert_current("docs/recipe.md", &schema::page());
}

#[test]
fn the_schema_in_the_repository_is_what_the_command_prints() {
    let context = TestContext::new();
    let (code, out, err) = context.said(&["schema"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_current("recipe.schema.json", &out);
}

/// Returns what stands between two marks in a page of HTML, each time, without tags and entities.
fn texts_between(html: &str, start: &str, end: &str) -> Vec<String> {
    html.split(start)
        .skip(1)
        .map(|rest| without_tags(rest.split(end).next().unwrap_or_default()))
        .collect()
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, behind)| behind));
    }
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Lets GitHub's own reader of Markdown make HTML of a page.
fn as_github_shows(file: &str) -> String {
    let path = repository().join(file);
    let words = ["cmark-gfm", "--extension", "table", path.to_str().unwrap()];
    String::from_utf8(output_of(&words, &repository())).unwrap()
}

#[test]
fn links_in_the_reference_lead_to_its_headings() {
    let html = as_github_shows("docs/recipe.md");
    let mut anchors = BTreeSet::new();
    for level in ["2", "3", "4"] {
        for heading in texts_between(&html, &format!("<h{level}>"), "</h") {
            // What GitHub makes of a heading: no punctuation, and a dash for each space.
            let anchor: String = heading
                .to_lowercase()
                .replace(' ', "-")
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == '-')
                .collect();
            assert!(anchors.insert(anchor), "{heading} is there twice");
        }
    }
    let links: BTreeSet<_> = html
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect();
    anchors.remove("contents");
    assert_eq!(links, anchors);
}

#[test]
fn no_markdown_is_left_in_the_reference_as_it_is_shown() {
    let html = as_github_shows("docs/recipe.md");
    let mut texts = texts_between(&html, "<p>", "</p>");
    texts.extend(texts_between(&html, "<li>", "</li>"));
    assert!(texts.len() > 200, "only {} paragraphs", texts.len());
    for text in texts {
        for mark in ["`", "](", "\\\n"] {
            assert!(!text.contains(mark), "{text}");
        }
    }
    for block in texts_between(&html, "<code class=\"language-toml\">", "</code>") {
        let parsed: Result<toml::Table, _> = block.parse();
        assert!(parsed.is_ok(), "{block}");
    }
}

#[test]
fn the_manual_page_of_the_recipe_is_read_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("deb-build-app.toml.5");
    std::fs::write(&page, schema::manual("2026-01-02")).unwrap();
    let page = page.to_str().unwrap();
    for words in [
        &["groff", "-man", "-ww", "-z", page][..],
        &["mandoc", "-T", "lint", "-W", "warning", page],
    ] {
        let words: Vec<_> = words.iter().map(OsStr::new).collect();
        let output = run(&words, folder.path());
        let said = [output.stdout, output.stderr].concat();
        assert_eq!(String::from_utf8_lossy(&said), "", "{words:?}");
        assert!(output.status.success(), "{words:?}");
    }
    let html = output_of(
        &["mandoc", "-T", "html", "-O", "fragment", page],
        folder.path(),
    );
    let html = String::from_utf8(html).unwrap();
    let manual = texts_between(&html, "<h2 class=\"Ss\"", "</h2>");
    let manual: BTreeSet<_> = manual
        .iter()
        .map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let shown = as_github_shows("docs/recipe.md");
    let mut sections = texts_between(&shown, "<h3>", "</h3>");
    sections.extend(texts_between(&shown, "<h4>", "</h4>"));
    assert_eq!(manual, sections.into_iter().collect());
}
