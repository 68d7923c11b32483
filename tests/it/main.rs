//! The one integration binary; what belongs where is said at each module.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests look at the machine from outside, and a panic is how they fail"
)]

/// Commands that see the package at its final path before it is written.
mod after;

/// Applications from the index, built, installed and used.
mod apps;

/// Debian packages of the build machine.
mod apt;

/// Who may touch the machine, and which module may use which.
mod architecture;

/// Apps that bring their own Python.
mod bundled;

/// Flask and Celery with a Redis server: instances, a worker, and one clock.
mod celery;

/// What `check` says, where, and with which exit code.
mod check;

/// Clean roots hold what they promise: no network, no traces, no survivors.
mod clean_root;

/// What every test starts from: the tool in an environment of its own, repositories, the demo's package.
mod context;

/// Templates for CI services: they call the tool as it is called.
mod contrib;

/// Versions, relations and control fields against dpkg.
mod deb_grammar;

/// Packages of others and packages that are wrong: what the reader says, and what dpkg does.
mod deb_reader;

/// Packages against dpkg, dpkg-deb, ar, tar, md5sum and dpkg-gencontrol.
mod deb_writer;

/// What compiled files need, against dpkg-shlibdeps and readelf.
mod depends;

/// Completions in the shells that they are for.
mod completions;

/// How two packages differ.
mod diff;

/// What a machine lacks, and the line that mends it.
mod doctor;

/// Files that are made from the code: the schema, the pages, and what CI services read.
mod documents;

/// Whole errors as the user sees them: what is said, what to do, and the exit code.
mod errors;

/// What lintian is told to leave unsaid.
mod excused;

/// One table of exit codes, and those that no command gives.
mod exit_codes;

/// Variables of flags, and the folder that relative paths start from.
mod flags;

/// The package of hostile names as readers see it that share no code with dpkg.
mod foreign_readers;

/// Sources on servers: each transport, what goes wrong, and what is kept.
mod git;

/// A package with names around every limit.
mod hostile;

/// The life of a package on its host: secrets, answers, tasks, users, files, commands, logs.
mod host;

/// Recipes that are written for apps, and what becomes of them without an edit.
mod init;

/// What a package is, told to people and programs.
mod inspect;

/// Builds that are interrupted or killed.
mod interrupted;

/// Programs that judge thousands of values in one run.
mod judges;

/// The demo's package on hosts: installed, used, upgraded, removed, purged.
mod lifecycle;

/// Locks, indexes and installers: what is installed, from where, and what stays hidden.
mod locks;

/// One app under every service manager.
mod managers;

/// The manual, as man, groff and mandoc read it.
mod manual;

/// What goes to which stream, on a terminal and in a pipe.
mod output;

/// Sites of nginx: served, broken, upgraded, removed.
mod nginx;

/// What `pack` makes of a plain tree, against dpkg, dpkg-deb and lintian.
mod pack;

/// What `pack` meets on a machine.
mod pack_places;

/// The demo's package as foreign tools see it.
mod package;

/// What a build says while it works.
mod progress;

/// A dashboard under Passenger: its own server behind nginx, and Apache.
mod passenger;

/// What `plan` says against what `build` does.
mod plan;

/// Versions of Python projects against Python and dpkg.
mod python_versions;

/// Packages made byte by byte.
mod raw_deb;

/// Words of the recipe against systemd, dpkg and git.
mod recipe_grammar;

/// Recipes of every kind, valid and invalid: each file is a test.
mod recipes;

/// Trees and descriptions that `pack` refuses or doubts, each with the whole text that says why.
mod refused_tree;

/// Inputs that are refused, by number, with the place and the cure.
mod refused_recipe;

/// The list of requirements is true.
mod requirements;

/// The same bytes from another place, user, time zone and umask.
mod reproducible;

/// Any package, written and read.
mod round_trip;

/// The bytes of every compression and level.
mod same_bytes;

/// Virtualenvs that move to their final path, case by case.
mod relocation;

/// The JSON schema of a recipe against a validator of others.
mod schema;

/// Several services with every kind of value and directory.
mod services;

/// Building one or many recipes: which, what fails, what options change.
mod several;

/// Sources: repositories, folders, archives, patches, versions.
mod source;

/// Running programs, and packages to try.
mod support;

/// The systems that this program is for, from their recipes to their users.
mod systems;

/// Debian trixie with its Python 3.13.
mod trixie;
