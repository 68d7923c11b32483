//! `inspect`: what is in a package, and what is wrong with it.

use super::answer::{write_json, write_text};
use super::package_file::read_package;
use crate::cli::Inspect;
use crate::deb::check_package;
use crate::deb::read::{Finding, Severity};
use crate::failure::{Failure, Kind};
use crate::inspect::Summary;
use crate::report::{Detail, Reporter, render_inspection};
use anyhow::Result;

/// Shows the package, and fails when a check was asked for and found something.
pub fn run(options: &Inspect, reporter: &dyn Reporter) -> Result<()> {
    let package = read_package(&options.package)?;
    let findings = options.check.then(|| check_package(&package));
    let summary = Summary::new(&package, findings.as_deref());
    if options.json {
        write_json(reporter, &summary)?;
    } else {
        let detail = Detail {
            scripts: options.scripts,
            files: options.files,
        };
        write_text(reporter, &render_inspection(&summary, detail))?;
    }
    judge(&findings.unwrap_or_default(), options.strict)
}

/// The findings are on standard output already; here is only what the exit code says.
fn judge(findings: &[Finding], strict: bool) -> Result<()> {
    let of = |severity| {
        findings
            .iter()
            .filter(move |finding| finding.severity == severity)
    };
    if of(Severity::Error).next().is_some() {
        return Err(Failure::told(Kind::Build).into());
    }
    if strict && of(Severity::Warning).next().is_some() {
        return Err(Failure::told(Kind::Warnings).into());
    }
    Ok(())
}
