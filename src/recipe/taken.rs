//! Names that the system, or a package of Debian that is on most hosts, has already: a package or unit of such a name would take
//! the place of theirs, and a purge their data.
//!
//! # Limits
//! The lists are those of Debian 12. A program of Python that Debian packages too, such as certbot, is not in them: whoever builds
//! it may mean to take Debian's place.

use super::service::Service;
use super::table::Table;
use std::fmt::Display;

/// Names whose folders in `/run`, `/var/lib`, `/var/log` or `/var/cache` belong to the system, or to the packages that we make.
const FOLDERS: &str = "
apparmor apt audit credentials cups dbus deb-build-app debconf dhcp dpkg fontconfig fsck initctl initramfs installer journal ldconfig lock log logrotate man misc mount
network pam polkit-1 private python runit samba screen sendsigs shells.state shm snapd ssh sshd sudo systemd
tmpfiles.d ucf udev udisks2 ufw urandom usbutils user utmp vim xml-core
";

/// Packages of the priorities `required` to `standard`, and servers with data and settings of their own.
const PACKAGES: &str = "
adduser apache2 base-files base-passwd bash bind9 bsdutils bzip2 ca-certificates caddy chrony containerd coreutils
cpio cron cron-daemon-common daemontools daemontools-run dash debian-archive-keyring debianutils diffutils dnsmasq
docker docker.io dovecot-core e2fsprogs exim4 fdisk file findutils gawk git grep gzip haproxy hostname ifupdown init
init-system-helpers iproute2 iptables keepalived kmod less libc-bin libc6 lighttpd locales login lvm2 man-db mariadb
mariadb-common mariadb-server mawk memcached mosquitto mysql mysql-common mysql-server nano netbase nftables nginx
nginx-common nodejs ntp ntpsec openssh-client openssh-server openvpn passenger passwd perl perl-base php php-fpm
postfix postgresql postgresql-common procps prosody python3 python3-minimal python3-pip python3-venv rabbitmq-server
redis redis-server rsync rsyslog runit-init sed slapd snmpd squid ssl-cert stunnel4 supervisor systemd-sysv
sysvinit-core sysvinit-utils tar tor tzdata unattended-upgrades unbound util-linux valkey valkey-server varnish wget
xz-utils zlib1g zstd
";

/// Units that are called otherwise than their packages, and that the name of a package and of a service can make.
const UNITS: &str = "
apt-daily apt-daily-upgrade avahi-daemon console-getty console-setup dpkg-db-backup fstrim getty keyboard-setup
lvm2-monitor mariadbd mysqld named networking php-fpm rabbitmq-server redis-server rescue serial-getty sshd
unattended-upgrades valkey-server wpa_supplicant
";

fn has(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|taken| taken == name)
}

/// Refuses a package of a name that is taken.
pub(super) fn check_name(table: &Table<'_>) {
    let Some(name) = table.string("name") else {
        return;
    };
    let why = if has(FOLDERS, &name.value) {
        "folders of this name below `/run` and `/var` belong to the system"
    } else if has(PACKAGES, &name.value) {
        "Debian has a package of this name, whose place, settings and data this one would take"
    } else {
        return;
    };
    table.refuse(
        "name",
        name.span,
        why,
        "choose a name that says whose app it is, such as `example-NAME`",
    );
}

/// Refuses a service whose unit is another package's.
pub(super) fn check_services<P: Display>(document: &Table<'_>, package: P, services: &[Service]) {
    let package = package.to_string();
    for entry in document.entries("service") {
        let stem = services
            .iter()
            .find(|service| service.name.as_str() == entry.name.value)
            .map(|service| service.stem(&package));
        // A name that is the package's own is refused there.
        let taken = stem.filter(|stem| {
            *stem != package
                && (has(UNITS, stem) || has(PACKAGES, stem) || stem.starts_with("systemd-"))
        });
        if let Some(stem) = taken {
            document.conflict(
                entry.name.span,
                format!(
                    "the unit of this service would be `{stem}.service`, which another package has"
                ),
                "",
                "give the service another name",
            );
        }
    }
}
