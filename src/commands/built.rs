//! What the report says of a build: values of the stages in the words of [`crate::report`].
//!
//! Pure: all of it is known when the stages are through.

use crate::deb::hexadecimal;
use crate::plan::SourcePlan;
use crate::report::{
    BuiltDistribution, BuiltExtra, BuiltPruned, BuiltPython, BuiltPythonPart, BuiltRewrite,
    BuiltSource,
};
use crate::source::SourceTree;
use crate::venv::build::StagedVenv;
use crate::venv::{OwnPython, PythonPart, VenvTree};

/// What the report says of the virtualenv.
pub(super) struct VenvFacts {
    pub(super) installer: String,
    pub(super) distributions: Vec<BuiltDistribution>,
    pub(super) rewrites: Vec<BuiltRewrite>,
    /// The requirements file that installs the same again, where there is no lock.
    pub(super) resolved: Option<String>,
    /// The requirements file that builds with the same again, where something came unchecked beside a lock.
    pub(super) build_requirements: Option<String>,
    pub(super) pruned: Vec<BuiltPruned>,
    pub(super) own_python: Option<BuiltPython>,
}

impl VenvFacts {
    /// Takes them from what was staged and read back; `resolved` pins what was installed.
    pub(super) fn of(staged: StagedVenv, tree: &VenvTree, resolved: Option<String>) -> Self {
        let distributions = tree.distributions.iter().map(|it| BuiltDistribution {
            name: it.name.clone(),
            version: it.version.clone(),
            license: it.license.clone(),
        });
        let pruned = tree.pruned.iter().map(|it| BuiltPruned {
            group: it.group,
            files: it.files,
            bytes: it.bytes,
            kept: it
                .kept
                .iter()
                .map(|kept| format!("{}: {}", kept.what, kept.needed_by))
                .collect(),
        });
        let rewrites = tree.rewrites.iter().map(|rewrite| BuiltRewrite {
            path: rewrite.path.clone(),
            what: rewrite.what,
        });
        VenvFacts {
            resolved,
            build_requirements: staged.build_requirements,
            installer: staged.installer,
            distributions: distributions.collect(),
            rewrites: rewrites.collect(),
            pruned: pruned.collect(),
            own_python: tree.own_python.as_ref().map(built_python),
        }
    }
}

fn built_python(python: &OwnPython) -> BuiltPython {
    let part = |part: &PythonPart| BuiltPythonPart {
        package: part.package.clone(),
        version: part.version.clone(),
        source: part.source.clone(),
        sha256: part.sha256.clone(),
    };
    BuiltPython {
        files: python.files.len(),
        bytes: python.files.values().map(|it| it.content.size()).sum(),
        sha256: hexadecimal(&python.digest),
        packages: python.parts.iter().map(part).collect(),
    }
}

fn built_extras(plan: &SourcePlan, tree: &SourceTree) -> Vec<BuiltExtra> {
    let extras = plan.extras.iter().zip(&tree.extras);
    extras
        .map(|(extra, commit)| BuiltExtra {
            path: extra.origin.to_string(),
            reference: extra.origin.reference().map(ToString::to_string),
            commit: commit.clone(),
            into: extra.into.to_string(),
        })
        .collect()
}

/// Says which source was built.
pub(super) fn built_source(plan: &SourcePlan, tree: SourceTree) -> BuiltSource {
    BuiltSource {
        extras: built_extras(plan, &tree),
        path: tree.repository,
        reference: plan.reference(),
        commit: tree.commit,
        time: tree.time.seconds(),
        describe: tree.describe,
    }
}
