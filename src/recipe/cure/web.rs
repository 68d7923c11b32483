//! Cures for what is in front of the services, and for addresses.

/// How an address of an index or archive is written when it needs a password.
const NETRC: &str = "write `https://example.org/…` alone; names and passwords belong in `~/.netrc` of the build machine";

/// Returns what to write instead.
pub(super) fn of(key: &str) -> Option<&'static str> {
    Some(match key {
        "source.git" | "source.extra.git" => {
            "write such as `https://example.org/demo.git` or `git@example.org:demo.git`; names and passwords belong in `~/.netrc` of the build machine"
        }
        "source.archive"
        | "source.extra.archive"
        | "venv.index-url"
        | "venv.extra-index-url"
        | "venv.find-links" => NETRC,
        "passenger.server-name" => "write a name such as `demo.example.org`",
        "nginx.server-name" => {
            "write a name such as `demo.example.org`, or `_` for a site without one"
        }
        "nginx.listen" | "passenger.listen" => "write such as `127.0.0.1:8000`",
        "nginx.body-size" => "write such as `10m`",
        "nginx.headers.*" => "write such as `X-Frame-Options = \"DENY\"`",
        "nginx.locations.*" => "write such as `/`, `/static` or `= /favicon.ico`",
        "nginx.locations.*.socket" => {
            "write such as `/run/@name@/web.sock`, or `/run/@name@/web-${PORT}.sock` for several instances"
        }
        "nginx.locations.*.try-files" | "nginx.locations.*.directory" => {
            "write a folder of the host, such as `@prefix@/static` or `/var/lib/@name@/media`"
        }
        "nginx.locations.*.redirect" => {
            "write a path such as `/new`, or an address such as `https://example.org/new`"
        }
        "passenger.wsgi" => "write such as `demosite.wsgi:app`",
        _ => return None,
    })
}
