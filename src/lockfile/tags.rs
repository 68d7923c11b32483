//! Which wheels fit the target, and which of them is taken: the order of tags of PEP 425 with the platforms of PEP 600.
//!
//! The plan chooses the one file that is installed, so that both installers take the same bytes.

/// What wheels have to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The interpreter's version after `3.`: 11.
    pub minor: u32,
    /// The machine as the kernel calls it: `x86_64`.
    pub machine: String,
    /// The version of glibc after `2.`: 36.
    pub glibc: u32,
}

/// The older names of some platforms (PEP 513, PEP 571, PEP 599).
const OLD_PLATFORMS: &[(&str, u32)] = &[
    ("manylinux1_", 5),
    ("manylinux2010_", 12),
    ("manylinux2014_", 17),
];

/// How good a fit is; the smallest is the best.
pub(super) type Rank = (u32, u32);

impl Target {
    /// Returns how well a wheel of this file name fits; nothing when it does not.
    pub(super) fn rank(&self, file_name: &str) -> Option<Rank> {
        let stem = file_name.strip_suffix(".whl")?;
        let mut parts = stem.rsplit('-');
        let (platforms, abis, pythons) = (parts.next()?, parts.next()?, parts.next()?);
        let mut best: Option<Rank> = None;
        for python in pythons.split('.') {
            for abi in abis.split('.') {
                for platform in platforms.split('.') {
                    let rank = self.rank_of(python, abi, platform);
                    best = [best, rank].into_iter().flatten().min();
                }
            }
        }
        best
    }

    fn rank_of(&self, python: &str, abi: &str, platform: &str) -> Option<Rank> {
        let platform_rank = self.platform(platform)?;
        let minor = |prefix: &str| -> Option<u32> {
            let minor: u32 = python.strip_prefix(prefix)?.parse().ok()?;
            (minor <= self.minor).then(|| self.minor - minor)
        };
        let own = format!("cp3{}", self.minor);
        let rank = match (abi, minor("cp3"), minor("py3")) {
            _ if abi == own => (python == own).then_some(0)?,
            ("abi3", Some(older), _) => 1 + older,
            ("none", Some(0), _) => 100,
            ("none", _, Some(0)) => 101,
            ("none", _, _) if python == "py3" => 102,
            ("none", _, Some(older)) => 102 + older,
            _ => return None,
        };
        // What is for every platform comes after all that is for this one.
        Some((
            rank + if platform == "any" { 1000 } else { 0 },
            platform_rank,
        ))
    }

    fn platform(&self, platform: &str) -> Option<u32> {
        if platform == "any" {
            return Some(0);
        }
        let rest = platform.strip_suffix(&self.machine)?;
        if rest == "linux_" {
            return Some(1000);
        }
        let old = OLD_PLATFORMS.iter().find(|(name, _)| *name == rest);
        let glibc = match old {
            Some((_, glibc)) => *glibc,
            None => rest
                .strip_prefix("manylinux_2_")?
                .strip_suffix('_')?
                .parse()
                .ok()?,
        };
        (glibc <= self.glibc).then(|| self.glibc - glibc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_wheel_is_the_one_that_pip_would_take() {
        let target = Target {
            minor: 11,
            machine: "x86_64".to_owned(),
            glibc: 36,
        };
        let best_first = [
            "a-1-cp311-cp311-manylinux_2_28_x86_64.whl",
            "a-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "a-1-cp311-cp311-linux_x86_64.whl",
            "a-1-cp311-abi3-manylinux_2_17_x86_64.whl",
            "a-1-cp38-abi3-manylinux_2_17_x86_64.whl",
            "a-1-py3-none-manylinux1_x86_64.whl",
            "a-1-cp311-none-any.whl",
            "a-1-py2.py3-none-any.whl",
            "a-1-py310-none-any.whl",
        ];
        let ranks: Vec<_> = best_first.iter().map(|name| target.rank(name)).collect();
        assert!(ranks.iter().all(Option::is_some), "{ranks:?}");
        assert!(ranks.is_sorted_by(|one, next| one < next), "{ranks:?}");
        for other in [
            "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
            "a-1-cp312-abi3-manylinux_2_17_x86_64.whl",
            "a-1-cp310-cp310-manylinux_2_17_x86_64.whl",
            "a-1-cp311-cp311-manylinux_2_39_x86_64.whl",
            "a-1-cp311-cp311-musllinux_1_2_x86_64.whl",
            "a-1-cp311-cp311-manylinux_2_17_aarch64.whl",
            "a-1-cp311-cp311-win_amd64.whl",
            "a-1-py2-none-any.whl",
            "a-1.tar.gz",
            "x.whl",
        ] {
            assert_eq!(target.rank(other), None, "{other}");
        }
    }
}
