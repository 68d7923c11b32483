//! Users, homes and files with their owners; users that the host has already.

use super::{NEXT, PACKAGE, booted, build, install};
use deb_build_app::target::Root;

#[test]
fn a_user_that_logs_in_has_a_home_that_is_filled_once() {
    let root = booted();
    install(&root, &PACKAGE);
    assert_eq!(
        root.sh(
            "getent passwd lifeguest | cut -d: -f6,7; stat -c '%a %U:%G' /srv/life/guest /srv/life/guest/.profile
             test $(id -u lifeguest) -lt 1000; stat -c '%n %a %U:%G' /etc/life/* /etc/life/conf.d/*"
        )
        .unwrap(),
        "/srv/life/guest:/bin/sh\n775 lifeguest:lifeguest\n644 lifeguest:lifeguest\n\
         /etc/life/answers.env 640 root:life\n/etc/life/conf.d 755 root:root\n/etc/life/key.cfg 640 root:life\n\
         /etc/life/secrets.env 640 root:life\n/etc/life/conf.d/10-first.cfg 644 root:root\n/etc/life/conf.d/sub 755 root:root"
    );
    assert_eq!(
        root.sh("dpkg-query -W -f '${Conffiles}\\n' life | cut -d ' ' -f 2 | sort; systemctl show -P Nice cron").unwrap(),
        "/etc/default/life\n/etc/life/conf.d/10-first.cfg\n/etc/life/conf.d/sub/20-second.cfg\n/etc/life/key.cfg\n/etc/logrotate.d/life\n3"
    );
    // What the administrator has made of them stays.
    root.sh("rm /srv/life/guest/.profile; chown daemon:daemon /etc/life/key.cfg")
        .unwrap();
    install(&root, &NEXT);
    assert_eq!(
        root.sh("ls /srv/life/guest/.profile 2>&1 || true; stat -c %U:%G /etc/life/key.cfg")
            .unwrap(),
        "ls: cannot access '/srv/life/guest/.profile': No such file or directory\ndaemon:daemon"
    );
    root.sh("dpkg -P life && getent passwd life lifeguest && test -e /srv/life/guest/.bashrc")
        .unwrap();
}

#[test]
fn an_existing_user_is_taken_as_it_is_and_its_absence_is_said() {
    let package = build("2.0", |recipe| {
        let recipe = recipe.replace("group = \"life\"", "group = \"www-data\"");
        format!("{recipe}\n[user]\nname = \"www-data\"\nexisting = true\n")
    });
    let root = booted();
    let before = root.sh("getent passwd www-data; id www-data").unwrap();
    install(&root, &package);
    assert_eq!(
        root.sh("ps -o user= -p $(systemctl show -P MainPID life); stat -c '%a %U:%G' /var/lib/life /etc/life/secrets.env")
            .unwrap(),
        "www-data\n750 www-data:www-data\n640 root:www-data"
    );
    root.sh("dpkg -P life").unwrap();
    assert_eq!(
        root.sh("getent passwd www-data; id www-data").unwrap(),
        before
    );

    root.sh("sed -i '/^www-data:/d' /etc/passwd").unwrap();
    let ran = root.install(&package).unwrap();
    assert!(
        ran.stderr.contains(
            "life: there is no user www-data on this host; install the package that makes it"
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_existing_user_may_have_a_group_of_any_name() {
    let package = build("2.1", |recipe| {
        let recipe = recipe
            .replace(", group = \"life\"", "")
            .replace("mode = \"0770\"", "mode = \"0770\", group = \"crew\"");
        format!(
            "{recipe}\n[user]\nname = \"captain\"\nexisting = true\ngroups = [\"crew\"]\n\
             [service.side]\nmanager = \"sysv\"\ncommand = \"/bin/sleep 100000\"\nsingleton = true\n"
        )
    });
    let root = Root::builder("bookworm")
        .packages(["python3.11", "debconf", "cron", "logrotate"])
        .boot()
        .unwrap();
    root.sh("groupadd --system crew; useradd --system -g crew -M captain")
        .unwrap();
    install(&root, &package);
    // Nobody but root can put another file in the place of the lock.
    assert_eq!(
        root.sh("stat -c '%a %U:%G' /run/life-side.lock").unwrap(),
        "640 root:crew"
    );
    root.sh("systemctl stop life; echo one >/var/log/life/life.log; logrotate -f /etc/logrotate.d/life; systemctl start life")
        .unwrap();
    assert_eq!(
        root.sh("stat -c '%a %U:%G' /var/log/life/life.log.1")
            .unwrap(),
        "644 captain:crew"
    );
    assert_eq!(
        root.sh(
            "ps -o user=,group= -p $(systemctl show -P MainPID life) | tr -s ' '
             ps -o user=,group= -p $(pgrep -xf '/bin/sleep 100000') | tr -s ' '
             stat -c '%a %U:%G' /var/lib/life /var/lib/life/runs /etc/life/secrets.env /run/life"
        )
        .unwrap(),
        "captain crew\ncaptain crew\n750 captain:crew\n644 captain:crew\n640 root:crew\n755 captain:crew"
    );
    root.sh("dpkg -P life; getent passwd captain; getent group crew")
        .unwrap();
}

#[test]
fn an_existing_user_is_in_a_group_for_as_long_as_the_package_wants_it() {
    let with_groups = |version, groups: &str| {
        build(version, |recipe| {
            let recipe = recipe.replace("group = \"life\"", "group = \"www-data\"");
            format!("{recipe}\n[user]\nname = \"www-data\"\nexisting = true\ngroups = [{groups}]\n")
        })
    };
    let package = with_groups("2.2", "\"adm\", \"nowhere\"");
    let without = with_groups("2.3", "");
    let root = booted();
    let groups = || root.sh("id -Gn www-data").unwrap();
    install(&root, &package);
    assert_eq!(groups(), "www-data adm");
    // Its services are in it from the first start on.
    assert_eq!(
        root.sh("grep ^Groups: /proc/$(systemctl show -P MainPID life)/status")
            .unwrap(),
        "Groups:\t4 33 "
    );
    install(&root, &without);
    assert_eq!(groups(), "www-data");

    // What the administrator takes away stays away, until the package comes anew.
    install(&root, &package);
    root.sh("gpasswd -d www-data adm; dpkg-reconfigure -f noninteractive life")
        .unwrap();
    assert_eq!(groups(), "www-data");
    root.sh("dpkg -r life").unwrap();
    install(&root, &package);
    assert_eq!(groups(), "www-data adm");
    root.sh("dpkg -r life").unwrap();
    assert_eq!(groups(), "www-data");

    // Another package has been given the same: it is the last one that takes it along.
    install(&root, &package);
    root.sh(
        "mkdir /var/lib/deb-build-app/other; echo found >/var/lib/deb-build-app/other/group:www-data:adm; dpkg -P life",
    )
    .unwrap();
    assert_eq!(groups(), "www-data adm");
    assert_eq!(
        root.sh(
            "cat /var/lib/deb-build-app/other/group:www-data:adm; rm -r /var/lib/deb-build-app"
        )
        .unwrap(),
        "made"
    );
    // And what was so before is nobody's to take back.
    install(&root, &package);
    root.sh("dpkg -P life; test ! -e /var/lib/deb-build-app")
        .unwrap();
    assert_eq!(groups(), "www-data adm");
}

#[test]
fn what_is_somebody_elses_in_a_directory_stays_theirs_and_overrides_hold() {
    let root = booted();
    let folders = "/var/lib/life /var/log/life /srv/life /srv/life/guest";
    // The administrator has made a folder before.
    root.sh("mkdir -m 0711 /srv/life").unwrap();
    install(&root, &PACKAGE);
    root.sh(&format!(
        "echo x >/var/lib/life/foreign; chmod 0600 /var/lib/life/foreign; mkdir -m 0700 /var/lib/life/vault
         touch /var/lib/life/vault/inner /srv/life/guest/foreign
         for folder in {folders}; do dpkg-statoverride --update --add life adm 0711 $folder; done"
    ))
    .unwrap();
    install(&root, &NEXT);
    assert_eq!(
        root.sh(&format!(
            "stat -c '%a %U:%G' {folders} /var/lib/life/foreign /var/lib/life/vault /var/lib/life/vault/inner /srv/life/guest/foreign"
        ))
        .unwrap(),
        "711 life:adm\n711 life:adm\n711 life:adm\n711 life:adm\n600 root:root\n700 root:root\n644 root:root\n644 root:root"
    );
    root.sh("rm -rf /srv/life/guest; dpkg -P life").unwrap();
    assert_eq!(
        root.sh("find /srv/life /var/lib -name '*life*'; dpkg-statoverride --list | grep -c life")
            .unwrap(),
        "/srv/life\n4"
    );
}

#[test]
fn links_that_the_service_user_plants_lead_root_nowhere() {
    let root = booted();
    install(&root, &PACKAGE);
    root.sh(
        "mkdir -m 0700 /root/mine; echo x >/root/mine/file; chmod 0600 /root/mine/file
         rm -rf /srv/life/guest; cd /var/lib/life
         for name in .secrets.new secrets.env.new done-one-time inner; do runuser -u life -- ln -s /root/mine/file $name; done
         runuser -u life -- sh -c 'rm -rf /var/log/life/*; ln -s /root/mine /var/log/life/dir'",
    )
    .unwrap();
    install(&root, &NEXT);
    root.sh("dpkg -P life").unwrap();
    assert_eq!(
        root.sh("cat /root/mine/file; stat -c '%a %U' /root/mine /root/mine/file")
            .unwrap(),
        "x\n700 root\n600 root"
    );
}
