//! nginx: the sites of a package, each file linked once, tested before nginx reads it, and taken out of service when nginx
//! refuses it (deb.md 3.9).
//!
//! `/etc/nginx/sites-available/NAME` has all that is served without a certificate. What needs a certificate is a file of its
//! own, so that it can wait for the certificate while the rest is served. Each file is complete in itself: the administrator
//! can link one and not the other.

mod location;
mod server;
mod upstream;

use super::provision::{Provision, ServiceFile, Steps};
use super::step::Step;
use crate::recipe::Recipe;
use server::Part;
use std::fmt::Write as _;

/// The folder of files that nginx may read; those that it does read are links in `sites-enabled`.
const AVAILABLE: &str = "etc/nginx/sites-available";

/// A file of sites.
#[derive(Debug)]
struct SiteFile<'a> {
    /// Its name, which is that of its link too.
    id: String,
    /// What is served.
    parts: Vec<Part<'a>>,
}

/// Returns the files: first that of all that goes without a certificate.
fn files(recipe: &Recipe) -> Vec<SiteFile<'_>> {
    let name = recipe.package.name.as_str();
    let mut all = vec![SiteFile {
        id: name.to_owned(),
        parts: recipe.sites.iter().map(Part::Http).collect(),
    }];
    for site in &recipe.sites {
        if let (Some(tls), Some(id)) = (&site.tls, site.secure_file(name)) {
            all.push(SiteFile {
                id,
                parts: vec![Part::Https(site, tls)],
            });
        }
    }
    all
}

/// Returns what the package has under nginx, for a later version that has it no longer.
pub(super) fn own(recipe: &Recipe) -> impl Iterator<Item = String> {
    recipe.site_files().map(|file| format!("nginx:{file}"))
}

/// Makes what nginx needs.
pub(super) fn provide(recipe: &Recipe) -> Provision {
    if recipe.sites.is_empty() {
        return Provision::default();
    }
    let files = files(recipe);
    let ids: Vec<_> = files.iter().map(|file| file.id.clone()).collect();
    let mut provision = Provision {
        recommends: vec!["nginx".to_owned()],
        // apt may configure what it recommends after this package.
        awaited: vec!["/usr/sbin/nginx".to_owned()],
        ..Provision::default()
    };
    let mut publish = Vec::new();
    for file in &files {
        let path = format!("{AVAILABLE}/{}", file.id);
        let text = render(recipe, file);
        provision.files.push(ServiceFile::conffile(path, text));
        let mut words = vec![file.id.clone()];
        for (certificate, chain) in file.parts.iter().filter_map(Part::chained) {
            let join = [file.id.as_str(), certificate, chain];
            publish.push(Step::new("join_chain", join));
            words.extend([certificate.to_owned(), chain.to_owned()]);
        }
        publish.push(Step::new("offer_site", words));
    }
    publish.push(Step::new("serve_sites", ids.clone()));
    provision.steps = Steps {
        publish,
        withdraw: vec![Step::new("withdraw_sites", ids.clone())],
        purged: vec![Step::new("forget_sites", ids)],
        ..Steps::default()
    };
    provision
}

fn render(recipe: &Recipe, file: &SiteFile<'_>) -> String {
    let name = recipe.package.name.as_str();
    let mut text = format!(
        "# Sites of {name} for nginx. Made by deb-build-app; what you change here stays.\n\
         # After a change: nginx -t && systemctl reload nginx\n"
    );
    let upstreams = upstream::all(recipe, file);
    for upstream in &upstreams {
        let _ = write!(text, "\n{}", upstream.render());
    }
    let websocket = file.parts.iter().any(Part::lets_websockets_through);
    let upgrade = upgrade_variable(&file.id);
    if websocket {
        let _ = write!(
            text,
            "\nmap $http_upgrade ${upgrade} {{\n    default upgrade;\n    '' '';\n}}\n"
        );
    }
    for part in &file.parts {
        let _ = write!(text, "\n{}", server::render(recipe, file, part, &upstreams));
    }
    text
}

/// Returns the variable that says what becomes of a connection; each file has its own.
fn upgrade_variable(id: &str) -> String {
    let word: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("{word}_upgrade")
}
