//! The fix-ups: which files of a distribution hold a path of the stage or a fact of the build, and what stands there instead.
//!
//! A fix-up is new bytes, or a file that is left out; the stage is never edited. How each kind of file is rewritten is in
//! [`super::relocate`], which is pure; here is which kind a file is of.

use super::installed::Installed;
use super::paths::path_bytes;
use super::reader::Reader;
use super::relocate::direct_url::{self, Origin};
use super::relocate::pth::{self, Pth};
use super::relocate::{kernel, requires, shebang};
use super::unfit::{Reason, Unfit};
use crate::sys::fs;
use anyhow::{Context as _, Result};
use std::path::Path;

/// What the RECORD of every distribution says of its installer: the same for uv and pip.
const INSTALLER: &[u8] = b"deb-build-app\n";

impl Reader<'_> {
    /// Returns the new bytes of a file that holds a path; nothing when it stays as it is.
    pub(super) fn fix(
        &mut self,
        path: &Path,
        name: &str,
        in_bin: bool,
        installed: &Installed,
    ) -> Result<Option<Vec<u8>>> {
        let on_disk = self.root.join(path);
        let staged = path_bytes(self.root);
        if path.parent() == Some(&installed.folder) {
            match name {
                "INSTALLER" => return Ok(Some(INSTALLER.to_vec())),
                "direct_url.json" => {
                    let normal = direct_url::normal(&fs::read(&on_disk)?);
                    if normal.as_ref().is_some_and(|it| it.had_credentials) {
                        self.rewrote(path, "name and password of the address removed")?;
                    }
                    return Ok(normal.map(|it| it.bytes));
                }
                "METADATA" | "PKG-INFO" => {
                    let fixed = requires::rewrite(&fs::read(&on_disk)?);
                    if fixed.is_some() {
                        self.rewrote(path, "addresses of requirements made true for the host")?;
                    }
                    return Ok(fixed);
                }
                _ => {}
            }
        }
        if in_bin {
            let bytes = fs::read(&on_disk)?;
            if memchr::memmem::find(&bytes, b"# EASY-INSTALL-DEV-SCRIPT").is_some() {
                self.refuse_editable(installed);
            }
            let fixed = shebang::rewrite(&bytes, path_bytes(&self.root.join("bin")), self.prefix);
            if fixed.is_some() {
                self.rewrote(path, "interpreter of the script")?;
            }
            return Ok(fixed);
        }
        if path.parent() == Some(self.site_packages) && name.as_bytes().ends_with(b".pth") {
            return match pth::rewrite(&fs::read(&on_disk)?, staged, self.prefix) {
                Pth::Kept => Ok(None),
                Pth::Rewritten(fixed) => {
                    self.rewrote(path, "folders of the virtualenv")?;
                    Ok(Some(fixed))
                }
                Pth::Outside(folder) => {
                    self.unfit
                        .push(Unfit::file(path, Reason::PathOutside(folder)));
                    Ok(None)
                }
            };
        }
        if path.to_str().is_some_and(kernel::is_one) {
            let fixed = kernel::rewrite(&fs::read(&on_disk)?, staged, self.prefix);
            if fixed.is_some() {
                self.rewrote(path, "interpreter of the kernel")?;
            }
            return Ok(fixed);
        }
        Ok(None)
    }

    /// Returns whether a file in a `.dist-info` is about the build, and says nothing to the host.
    pub(super) fn is_builders_own(
        &mut self,
        name: &str,
        path: &Path,
        installed: &Installed,
    ) -> Result<bool> {
        match name {
            // Which distributions were asked for by name: uv and pip do not agree, and nothing on the host installs any more.
            // A signature of RECORD is not true of another RECORD.
            "REQUESTED" | "uv_build.json" | "uv_cache.json" | "RECORD.jws" | "RECORD.p7s" => {
                Ok(true)
            }
            "direct_url.json" => {
                let bytes = fs::read(self.root.join(path))?;
                let origin = direct_url::origin(&bytes).with_context(|| {
                    format!("reading direct_url.json of `{}` failed", installed.name)
                })?;
                if origin == Origin::Editable {
                    self.refuse_editable(installed);
                }
                Ok(origin != Origin::Address)
            }
            _ => Ok(false),
        }
    }
}
