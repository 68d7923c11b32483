//! The judgement: one function for each thing, in the order in which a build meets them.

use super::facts::Rights;
use super::{Cache, Facts, Finding, Git, Index, IndexAnswer, Mark, Need, OwnPython, Program, Uv};
use crate::plan::RELEASES;
use crate::sys::isolation::Isolation;

/// The demo's build takes 120 MiB with an empty cache: uv, wheels, the stage and the archive.
const LEAST_FREE: u64 = 256 << 20;

/// What an app with numpy and its like takes.
const COMFORTABLY_FREE: u64 = 2 << 30;

/// Judges the facts.
pub(super) fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![release(facts)];
    findings.extend(facts.needs.iter().map(need));
    findings.extend(
        facts
            .refusals
            .iter()
            .map(|refusal| finding(Mark::Missing, &refusal.recipe, refusal.reason.clone())),
    );
    findings.extend(
        facts
            .own_python
            .iter()
            .map(|own| own_python(own, facts.rights)),
    );
    findings.extend([
        git(facts.git),
        uv(&facts.uv),
        index(&facts.index),
        certificates(facts),
        isolation(facts.isolation),
        cache(facts.cache.as_ref()),
        root(facts.rights),
    ]);
    findings.extend(facts.test_programs.iter().map(test_program));
    findings
}

fn finding(mark: Mark, subject: &str, text: impl Into<String>) -> Finding {
    Finding {
        mark,
        subject: subject.to_owned(),
        text: text.into(),
        packages: Vec::new(),
    }
}

/// Makes a finding of something that a package brings.
fn brought(package: &str, finding: Finding) -> Finding {
    Finding {
        packages: vec![package.to_owned()],
        ..finding
    }
}

fn release(facts: &Facts) -> Finding {
    let known: Vec<_> = RELEASES
        .iter()
        .map(|release| format!("`{}`", release.name))
        .collect();
    let elsewhere = format!(
        "build on {}, for example in a container",
        known.join(" or ")
    );
    match &facts.machine {
        Ok(machine) => match &machine.python {
            Some(python) => finding(
                Mark::Ok,
                "release",
                format!(
                    "{} on {}, with Python {python}",
                    machine.release, machine.architecture
                ),
            ),
            None => finding(
                Mark::Missing,
                "release",
                format!(
                    "packages for `{}` cannot be built: {elsewhere}",
                    machine.release
                ),
            ),
        },
        Err(reason) => finding(Mark::Missing, "release", format!("{reason}: {elsewhere}")),
    }
}

fn need(need: &Need) -> Finding {
    let Need {
        package, purpose, ..
    } = need;
    if need.installed {
        finding(Mark::Ok, package, purpose)
    } else {
        let text = format!("not installed: {purpose}");
        brought(package, finding(Mark::Missing, package, text))
    }
}

fn own_python(own: &OwnPython, rights: Rights) -> Finding {
    let packages = own.packages.join("`, `");
    let (mark, text) = match &own.version {
        Some(version) if own.is_kept => (
            Mark::Ok,
            format!("{version} is in the cache, for apps that bring their own"),
        ),
        Some(version) => (
            Mark::Ok,
            format!("{version} is fetched from the mirror, for apps that bring their own"),
        ),
        None if rights == Rights::None => (
            Mark::Missing,
            format!(
                "apt does not know `{packages}`, for apps that bring their own: run `sudo apt-get update`"
            ),
        ),
        None => (
            Mark::Note,
            format!(
                "apt does not know `{packages}`, for apps that bring their own: the build fetches its lists"
            ),
        ),
    };
    finding(mark, "python", text)
}

fn git(git: Git) -> Finding {
    let purpose = "fetches repositories that a recipe names by an address";
    if git.found {
        return finding(Mark::Ok, "git", purpose);
    }
    let (mark, text) = if git.needed {
        (Mark::Missing, format!("not found: it {purpose}"))
    } else {
        (
            Mark::Note,
            format!("not found: it {purpose}, and none of these does"),
        )
    };
    brought("git", finding(mark, "git", text))
}

fn uv(uv: &Uv) -> Finding {
    match uv {
        Uv::Found { program, version } => finding(
            Mark::Ok,
            "uv",
            format!("{version}, `{}`", program.display()),
        ),
        Uv::Fetched { version } => finding(
            Mark::Ok,
            "uv",
            format!(
                "the first build fetches {version} from the package index, and uses pip where it cannot"
            ),
        ),
    }
}

fn index(index: &Index) -> Finding {
    let which = match &index.variable {
        Some(variable) => format!("the one that `{variable}` names"),
        None => "the default of uv and pip, or what pip.conf says".to_owned(),
    };
    let (mark, text) = match &index.answer {
        IndexAnswer::NotAsked => (
            Mark::Ok,
            format!("{which}; it is asked only with `--online`"),
        ),
        IndexAnswer::CannotAsk => (
            Mark::Note,
            format!("{which}; it can be asked when what is missing is there"),
        ),
        IndexAnswer::Answers => (Mark::Ok, format!("{which}; it answers")),
        IndexAnswer::Silent(reason) => (
            Mark::Missing,
            format!(
                "{which}; it does not answer ({reason}): check the network, `https_proxy`, `PIP_INDEX_URL` and the certificates"
            ),
        ),
    };
    finding(mark, "index", text)
}

fn certificates(facts: &Facts) -> Finding {
    match &facts.certificates {
        Some(bundle) => finding(Mark::Ok, "certificates", format!("`{}`", bundle.display())),
        // Debian's pip has no bundle of its own.
        None => brought(
            "ca-certificates",
            finding(
                Mark::Missing,
                "certificates",
                "this machine trusts no certificate authority, so that no index is reached by https",
            ),
        ),
    }
}

fn isolation(isolation: Isolation) -> Finding {
    let (mark, text) = match isolation {
        Isolation::PidNamespace => (Mark::Ok, "PID namespaces: what a build starts ends with it"),
        Isolation::UserNamespace => (
            Mark::Ok,
            "PID namespaces in user namespaces: what a build starts ends with it",
        ),
        Isolation::ParentDeathSignal => (
            Mark::Note,
            "PID namespaces are denied: a build that is killed may leave a program running",
        ),
    };
    finding(mark, "isolation", text)
}

fn cache(cache: Option<&Cache>) -> Finding {
    let Some(cache) = cache else {
        return finding(
            Mark::Missing,
            "cache",
            "there is no place for it: set `HOME`, or give one with `--cache-dir`",
        );
    };
    let path = cache.path.display();
    if !cache.writable {
        return finding(
            Mark::Missing,
            "cache",
            format!("`{path}` cannot be written: give another place with `--cache-dir`"),
        );
    }
    let Some(free) = cache.free else {
        return finding(Mark::Ok, "cache", format!("`{path}`"));
    };
    let room = format!("`{path}`, with {} free", size(free));
    if free < LEAST_FREE {
        finding(
            Mark::Missing,
            "cache",
            format!("{room}, and a small build takes {}", size(LEAST_FREE)),
        )
    } else if free < COMFORTABLY_FREE {
        finding(
            Mark::Note,
            "cache",
            format!("{room}; a large app takes {}", size(COMFORTABLY_FREE)),
        )
    } else {
        finding(Mark::Ok, "cache", room)
    }
}

fn size(bytes: u64) -> String {
    if bytes < 1 << 30 {
        format!("{} MiB", bytes >> 20)
    } else {
        // Tenths, rounded down: what is free is not made more.
        let tenths = (bytes >> 20) * 10 / 1024;
        format!("{}.{} GiB", tenths / 10, tenths % 10)
    }
}

fn root(rights: Rights) -> Finding {
    let (mark, text) = match rights {
        Rights::Root => (Mark::Ok, "a build installs the packages that are missing"),
        Rights::Sudo => (
            Mark::Ok,
            "a build installs the packages that are missing, with `sudo`",
        ),
        Rights::None => (
            Mark::Note,
            "neither root nor `sudo` without a password: a build installs no packages, and names those that are missing",
        ),
    };
    finding(mark, "root", text)
}

fn test_program(program: &Program) -> Finding {
    let purpose = "tries packages in clean roots";
    if program.found {
        finding(Mark::Ok, &program.name, purpose)
    } else {
        let text = format!("not found: it {purpose}, and no build needs it");
        brought(&program.package, finding(Mark::Note, &program.name, text))
    }
}
