//! The description that `pack` reads: a package without a recipe.

use super::package::{OUTPUT, PACKAGE_NAME};
use super::{Key, Shape, TEXTS, table};

table! {
    /// What a package of a plain tree says of itself.
    pub(in crate::recipe) PACKING {
        /// The control fields (deb-control(5)).
        "package" = Key::of(Shape::Table(&PACKAGE)).required();
        /// Maintainer scripts: files beside the description.
        "scripts" = Key::of(Shape::Table(&SCRIPTS));
        /// Permission bits of single files and directories; all else is 0644 or 0755.
        "modes" = Key::map("PATH", &Shape::Text);
        /// Where the package may put files though packages do not.
        "places" = Key::of(Shape::Table(&PLACES));
        /// How the package file is written.
        "output" = Key::of(Shape::Table(&OUTPUT));
    }
}

table! {
    /// The control fields (deb-control(5)).
    PACKAGE {
        /// The package's name.
        "name" = Key::of(PACKAGE_NAME).required();
        /// A whole Debian version.
        "version" = Key::of(Shape::Text).required();
        /// `all`, or an architecture of Debian.
        "architecture" = Key::of(Shape::Text).required();
        /// Who is responsible: a name and an address.
        "maintainer" = Key::of(Shape::Text).required();
        /// The section of the archive.
        "section" = Key::of(Shape::Text).required();
        /// What it is, in a phrase.
        "summary" = Key::of(Shape::Text).required();
        /// What it does.
        "description" = Key::of(Shape::Text);
        /// How important it is (Policy §2.5).
        "priority" = Key::of(Shape::Text);
        /// How it goes together with other architectures.
        "multi-arch" = Key::of(Shape::Text);
        /// The project's page.
        "homepage" = Key::of(Shape::Text);
        /// Packages that must be configured before it is unpacked.
        "pre-depends" = Key::of(TEXTS);
        /// Packages that must be there.
        "depends" = Key::of(TEXTS);
        /// Packages that are installed with it unless the administrator says no.
        "recommends" = Key::of(TEXTS);
        /// Packages that make it more useful.
        "suggests" = Key::of(TEXTS);
        /// Packages that it makes more useful.
        "enhances" = Key::of(TEXTS);
        /// Packages that cannot be installed beside it.
        "conflicts" = Key::of(TEXTS);
        /// Packages that must not be configured beside it.
        "breaks" = Key::of(TEXTS);
        /// Packages whose files it may overwrite.
        "replaces" = Key::of(TEXTS);
        /// Names it can stand in for.
        "provides" = Key::of(TEXTS);
        /// Fields of your own.
        "fields" = Key::map("FIELD", &Shape::Text);
        /// `auto` for every file below `/etc`, or a list of paths.
        "conffiles" = Key::of(Shape::Either(&[Shape::Text, TEXTS]));
        /// Lines of the file `triggers` (deb-triggers(5)).
        "triggers" = Key::of(TEXTS);
        /// The file with the questions of debconf.
        "templates" = Key::of(Shape::Text);
        /// Refused: only the packages that a system cannot boot without are that.
        "essential" = Key::of(ANYTHING);
        /// Refused, for the same reason.
        "protected" = Key::of(ANYTHING);
    }
}

/// What is refused whatever it holds.
const ANYTHING: Shape = Shape::Either(&[Shape::Text, Shape::Boolean]);

table! {
    /// Maintainer scripts: files beside the description.
    SCRIPTS {
        /// Asks debconf's questions.
        "config" = Key::of(Shape::Text);
        /// Runs before the files are unpacked.
        "preinst" = Key::of(Shape::Text);
        /// Runs when they are.
        "postinst" = Key::of(Shape::Text);
        /// Runs before they are removed.
        "prerm" = Key::of(Shape::Text);
        /// Runs when they are.
        "postrm" = Key::of(Shape::Text);
    }
}

table! {
    /// Where the package may put files though packages do not.
    PLACES {
        /// Folders that are filled all the same.
        "force" = Key::of(TEXTS);
    }
}
