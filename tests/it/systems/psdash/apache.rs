//! In Apache, by `mod_passenger`.

use super::super::host::{page, wait};
use super::app::{Installed, SITE, WORKERS, installed};
use super::life::{SETTING, code_is_untouched, is_purged, upgraded};
use super::visitor::is_used;

#[test]
fn the_dashboard_runs_in_apache_as_its_user_and_never_as_root() {
    let Installed {
        root,
        before,
        user,
        next,
    } = installed("psdash-apache");
    is_used(&root, "/var/log/apache2/psdash-access.log");
    code_is_untouched(&root);

    root.sh(&format!("{SETTING}; systemctl reload apache2"))
        .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");
    let root = upgraded(root, &next);

    // Asked to run it as root, Passenger takes nobody, who cannot read the application.
    let site = "/etc/apache2/sites-available/psdash.conf";
    root.sh(&format!(
        "cp {site} /root/site; sed -i 's/PassengerUser .*/PassengerUser root/' {site}; systemctl restart apache2"
    ))
    .unwrap();
    page(&root, &format!("{SITE}/"), "HTTP/1.1 500 ");
    assert_eq!(
        root.sh("pgrep -u root -f [w]sgi-loader || echo none")
            .unwrap(),
        "none"
    );
    root.sh(&format!("cp /root/site {site}; systemctl restart apache2"))
        .unwrap();
    page(&root, &format!("{SITE}/"), "<strong>Bridge</strong>");

    root.sh("dpkg -r psdash").unwrap();
    wait(&root, &format!("{WORKERS} || echo none"), |pids| {
        pids == "none"
    });
    assert_eq!(
        root.sh("getent passwd www-data; id www-data").unwrap(),
        user
    );
    // Folders in which a2dissite would note what it did, and which are empty.
    let folders = [
        "added /var/lib/apache2/site/disabled_by_admin",
        "added /var/lib/apache2/site/disabled_by_maint",
        "added /var/lib/apache2/site/enabled_by_maint",
    ];
    is_purged(&root, &before, &user, &folders);
}
