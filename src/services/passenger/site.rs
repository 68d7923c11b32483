//! The site of Apache: `/etc/apache2/sites-available/NAME.conf`.
//!
//! All of it applies only while `mod_passenger` is there: an administrator who switches the module off must not find Apache
//! refusing to start.

use crate::recipe::{Passenger, Recipe, STARTUP_FILE};
use crate::services::account::Account;
use std::fmt::Write as _;

/// Returns where the site is, without the first `/`.
pub(super) fn path(recipe: &Recipe) -> String {
    format!("etc/apache2/sites-available/{}.conf", recipe.package.name)
}

/// Returns where Apache writes what was asked, or what went wrong.
pub(super) fn log(recipe: &Recipe, kind: &str) -> String {
    format!("/var/log/apache2/{}-{kind}.log", recipe.package.name)
}

/// Renders the site.
pub(super) fn render(recipe: &Recipe, passenger: &Passenger) -> String {
    let name = &recipe.package.name;
    let root = &passenger.root;
    let mut text = format!(
        "# The site of {name}. Made by deb-build-app; what the application writes is in the error log of Apache itself.\n\
         # After a change: apache2ctl configtest && systemctl reload apache2\n\
         <IfModule passenger_module>\n"
    );
    let mut line = |depth: usize, words: &str| {
        let _ = writeln!(text, "{}{words}", "    ".repeat(depth));
    };
    line(1, "# Nothing is sent to the makers of Passenger.");
    line(1, "PassengerDisableAnonymousTelemetry on");
    line(1, "PassengerDisableSecurityUpdateCheck on");
    let port = passenger.port().unwrap_or_default();
    let address = passenger.address();
    if !passenger.is_on_http() {
        line(
            1,
            &match address.as_str() {
                "*" => format!("Listen {port}"),
                address => format!("Listen {address}:{port}"),
            },
        );
    }
    line(1, &format!("<VirtualHost {address}:{port}>"));
    let mut names = passenger.server_names.iter();
    if let Some(first) = names.next() {
        line(2, &format!("ServerName {first}"));
        for other in names {
            line(2, &format!("ServerAlias {other}"));
        }
    }
    line(2, &format!("DocumentRoot {root}/public"));
    line(2, "PassengerEnabled on");
    line(2, &format!("PassengerAppRoot {root}"));
    line(2, "PassengerAppType wsgi");
    line(2, &format!("PassengerStartupFile {STARTUP_FILE}"));
    line(
        2,
        &format!("PassengerPython {}", super::python::path(recipe)),
    );
    if let Some(user) = &recipe.user {
        let account = Account::named(recipe, &user.name);
        line(2, &format!("PassengerUser {}", account.user));
        // Without one it is the user's own.
        if let Some(group) = account.group {
            line(2, &format!("PassengerGroup {group}"));
        }
    }
    line(2, "PassengerLoadShellEnvvars off");
    line(2, "PassengerFriendlyErrorPages off");
    line(2, &format!("<Directory {root}/public>"));
    line(3, "AllowOverride None");
    line(3, "Options -MultiViews");
    line(3, "Require all granted");
    line(2, "</Directory>");
    line(2, &format!("ErrorLog {}", log(recipe, "error")));
    line(2, &format!("CustomLog {} combined", log(recipe, "access")));
    line(1, "</VirtualHost>");
    line(0, "</IfModule>");
    text
}
