//! The commands of a plan as one list, each with the stage that runs it and what decides whether it is run.

use super::{Command, InstallerCommands, InstallerPlan, Plan, PythonSource};

/// The stage that runs a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepStage {
    /// Debian packages of the build machine.
    Apt,
    /// A Python that the package brings.
    Python,
    /// The virtualenv.
    Venv,
    /// What is run with the content of the package at its final path, and may change it.
    After,
    /// The content of the package.
    Package,
}

/// What decides whether a command is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Nothing: it is run.
    Always,
    /// The command before has failed.
    AfterFailure,
    /// There is no uv, and no other build has fetched one since the plan was made.
    UvAbsent,
    /// uv could be fetched.
    UvFetched,
    /// uv could not be fetched.
    UvNotFetched,
    /// Something was fetched to build with, and nothing pins it though there is a lock.
    BuiltUnchecked,
}

/// A command in its place.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Who runs it.
    pub stage: StepStage,
    /// What decides whether it is run.
    pub when: When,
    /// What is run.
    pub command: &'a Command,
}

impl Plan {
    /// Returns every command of the build, in order.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        self.add_installation(&mut steps);
        self.add_own_python(&mut steps);
        let mut add = |when, command| {
            steps.push(Step {
                stage: StepStage::Venv,
                when,
                command,
            });
        };
        add(When::Always, &self.venv.check);
        for command in &self.venv.before {
            add(When::Always, command);
        }
        add(When::Always, &self.venv.create);
        let installed = match &self.venv.installer {
            InstallerPlan::Found { commands, .. } => vec![(When::Always, &**commands)],
            InstallerPlan::Fetched(fetch) => {
                for command in [&fetch.create_pip, &fetch.fetch, &fetch.check] {
                    add(When::UvAbsent, command);
                }
                let pip = fetch.pip.iter().map(|pip| (When::UvNotFetched, pip));
                [(When::UvFetched, &fetch.uv)]
                    .into_iter()
                    .chain(pip)
                    .collect()
            }
            InstallerPlan::Pip(pip) => {
                add(When::Always, &pip.create);
                vec![(When::Always, &pip.commands)]
            }
        };
        for (when, commands) in installed {
            for command in in_order(commands) {
                add(when, command);
            }
            if let Some(command) = &commands.pin_builds {
                add(When::BuiltUnchecked, command);
            }
        }
        if let Some(command) = &self.venv.compile {
            add(When::Always, command);
        }
        steps.extend(self.venv.after.iter().map(|command| Step {
            stage: StepStage::After,
            when: When::Always,
            command,
        }));
        steps.extend(self.venv.trials.iter().map(|trial| Step {
            stage: StepStage::Package,
            when: When::Always,
            command: &trial.command,
        }));
        steps
    }

    fn add_own_python<'a>(&'a self, steps: &mut Vec<Step<'a>>) {
        let Some(own) = &self.own_python else {
            return;
        };
        let mut add = |when, command| {
            steps.push(Step {
                stage: StepStage::Python,
                when,
                command,
            });
        };
        if let PythonSource::Packages(packages) = &own.source
            && let Some(download) = &packages.download
        {
            if packages.files.is_some() {
                add(When::Always, download);
                add(When::AfterFailure, &packages.update);
                add(When::AfterFailure, download);
            } else {
                add(When::Always, &packages.update);
                add(When::Always, download);
            }
        }
        if let Some(compile) = &own.compile {
            add(When::Always, compile);
        }
    }

    fn add_installation<'a>(&'a self, steps: &mut Vec<Step<'a>>) {
        let Some(installation) = &self.packages.installation else {
            return;
        };
        let mut add = |when, command| {
            steps.push(Step {
                stage: StepStage::Apt,
                when,
                command,
            });
        };
        if let Some(sudo) = &installation.sudo {
            add(When::Always, sudo);
        }
        if installation.has_lists {
            add(When::Always, &installation.install);
            add(When::AfterFailure, &installation.update);
            add(When::AfterFailure, &installation.install);
        } else {
            add(When::Always, &installation.update);
            add(When::Always, &installation.install);
        }
    }
}

fn in_order(commands: &InstallerCommands) -> impl Iterator<Item = &Command> {
    commands
        .prepare
        .iter()
        .chain(&commands.wheels)
        .chain(&commands.install)
        .chain(&commands.resolve)
        .chain(&commands.check)
}
