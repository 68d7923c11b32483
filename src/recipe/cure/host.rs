//! Cures for what the host gets: directories, files, services and what goes with them.

/// Returns what to write instead.
pub(super) fn of(key: &str) -> Option<&'static str> {
    Some(match key {
        "directories.*.owner" | "directories.*.group" => "write a user or group of the host",
        "user.home" | "users.*.home" => {
            "write a folder of its own, such as `/var/lib/@name@`, or `/nonexistent` for none"
        }
        "user.shell" | "users.*.shell" => {
            "leave it out for a user that nobody logs in as, or write a path such as `/bin/bash`"
        }
        "service.*.directory" | "task.directory" | "commands.*.directory" => {
            "write a folder of the host, such as `/var/lib/@name@` or `@prefix@`"
        }
        "directories.*.mode" | "user.home-mode" | "users.*.home-mode" => {
            "write the mode as `0750`, `0755` or `0770`"
        }
        "directories.*" => {
            "name a folder of the app's own, such as `/var/lib/@name@` or `/var/log/@name@`"
        }
        "files.*.mode" => "write the mode as `0644`, `0640` or `0755`",
        "files.*.from-source" => "name a file of the source, such as `etc/config.cfg`",
        "files.*" => {
            "name a file in a folder of the app's own, such as `/etc/@name@` or `/usr/share/@name@`"
        }
        "service.*.command" => {
            "write a program and its arguments, such as `@prefix@/bin/gunicorn app:app`; for a shell, `/bin/sh -c '…'`"
        }
        "service.*.after" => {
            "write services of the recipe, or units of the host, such as `redis-server.service`"
        }
        "users.*.name" => "write a name such as `[users.ftpuser]`",
        "users.*.groups" => "write groups of the host, such as `adm`",
        "service.*.user" | "task.user" => {
            "write the name of a user, such as that of `[users.NAME]`"
        }
        "service.*.schedule" => {
            "write `daily`, or such as `Mon..Fri 04:30`; `systemd-analyze calendar` explains it"
        }
        "service.*.stop-signal" => "leave it out: the default is `TERM`",
        "service.*.reload" => "write a signal such as `HUP`, or a command",
        "service.*.pid-file" => "write a path such as `/run/@name@/@name@.pid`",
        "task.name" => "name it as `migrate`",
        "commands.*" => "write such as `demo-shell = \"@prefix@/bin/flask shell\"`",
        "task.command" | "health.command" | "commands.*.command" => {
            "write a program and its arguments, such as `@prefix@/bin/python manage.py migrate`"
        }
        "logrotate.files" => "write such as `/var/log/@name@/*.log`",
        "logrotate.size" => "write such as `10M`",
        "logrotate.create" => "write such as `0640 root adm`",
        "logrotate.su" => "write such as `demosite adm`",
        "secrets.*" => "name a variable, such as `SECRET_KEY`",
        "questions.*" => "name it as `[questions.listen-port]`",
        "questions.*.env" => "name a variable, such as `PORT`",
        "health.http" => "write an address such as `http://127.0.0.1:8000/`",
        "service.*" => "name it as `[service.web]`",
        _ => return None,
    })
}
