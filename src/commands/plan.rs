//! `plan`: what a build would do. No lock is taken, no folder made, nothing fetched.

use super::answer::{write_json, write_text};
use super::planning::{Unreadable, plan_all};
use crate::cli::{BuildOptions, Plan};
use crate::report::{
    JSON_FORMAT, PlanDetail, PlanDocument, PlanParts, PlannedPackage, Reporter, render_plan,
};
use anyhow::Result;

/// Shows the plans.
pub fn run(options: &Plan, reporter: &dyn Reporter) -> Result<()> {
    show(&options.build, options.files, reporter)
}

/// Shows the plans, and with `files` what is in the files, too.
pub(super) fn show(options: &BuildOptions, files: bool, reporter: &dyn Reporter) -> Result<()> {
    let planning = plan_all(options, Unreadable::Open, reporter)?;
    let packages: Vec<_> = planning
        .recipes
        .iter()
        .map(|planned| {
            PlannedPackage::new(PlanParts {
                name: &planned.name,
                recipe: &planned.recipe,
                plan: &planned.plan,
                outline: &planned.outline,
                host: &planning.host,
                output: planning.output.path(),
                output_is_folder: planning.output.is_folder(),
                may_install: !options.no_apt,
            })
        })
        .collect();
    if options.json {
        return write_json(
            reporter,
            &PlanDocument {
                format: JSON_FORMAT,
                packages,
            },
        );
    }
    let detail = if files {
        PlanDetail::Files
    } else {
        PlanDetail::Summary
    };
    let pages: Vec<_> = packages
        .iter()
        .map(|package| render_plan(package, detail))
        .collect();
    write_text(reporter, &pages.join("\n"))
}
