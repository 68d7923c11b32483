//! Cures for what the host gets: directories, files, services and what goes with them.

/// Returns what to write instead.
pub(super) fn of(key: &str) -> Option<&'static str> {
    Some(match key {
        "directories.*.owner" | "directories.*.group" => "write a user or group of the host",
        "directories.*.mode" => "write the mode as `0750`, `0755` or `0770`",
        "directories.*" => {
            "name a folder of the app's own, such as `/var/lib/@name@` or `/var/log/@name@`"
        }
        "files.*.mode" => "write the mode as `0644`, `0640` or `0755`",
        "files.*" | "files.*.from-source" => {
            "name a file in a folder of the app's own, such as `/etc/@name@` or `/usr/share/@name@`"
        }
        "service.*.command" => {
            "write a program and its arguments, such as `@prefix@/bin/gunicorn app:app`; for a shell, `/bin/sh -c '…'`"
        }
        "service.*.after" => "write units of the host, such as `redis-server.service`",
        "service.*" => "name it as `[service.web]`",
        _ => return None,
    })
}
