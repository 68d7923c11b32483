//! `[[nginx]]` and `[passenger]`.

use super::service::HOST_PATH;
use super::source::SOURCE_PATH;
use super::{Key, Shape, TEXTS, table};

table! {
    /// `/etc/nginx/sites-available/NAME`, a conffile, has all sites that need no certificate; each one that does is a file of its
    /// own beside it. A file is linked by the first installation only: what the administrator takes out stays out. nginx tests
    /// every change before it reads it; a site that it refuses is taken out of service, and the others are served.
    pub(super) NGINX {
        /// The names it answers to; `*.NAME` is every name below one. `_` makes it the default site, which answers where no other
        /// does: Debian's own default site has to go then.
        "server-name" = Key::of(TEXTS).required().example(r#"["demo.example.org"]"#);
        /// The ports or addresses it listens on. A port alone is one of all addresses, of IPv4 and IPv6.
        "listen" = Key::of(Shape::Either(&[Shape::Integer(1, 65535), Shape::Text, Shape::List(&Shape::Either(&[Shape::Integer(1, 65535), Shape::Text]))])).default("80");
        /// The largest body of a request.
        "body-size" = Key::of(Shape::Pattern("^[0-9]+[kKmMgG]?$")).default(r#""1m""#).example(r#""10m""#);
        /// Headers of every answer, in place of those that a service gives.
        "headers" = Key::map("HEADER", &Shape::Text).example(r#"{ X-Frame-Options = "DENY" }"#);
        /// Makes it a site of https.
        "tls" = Key::of(Shape::Table(&TLS));
        /// What each part of the site is.
        "locations" = Key::map("PATH", &Shape::Table(&LOCATION)).required().example(r#"{ "/" = { service = "web" } }"#);
    }
}

table! {
    /// The certificate of a site. As long as it is missing, only the http part is served: it answers the challenges of a certificate
    /// authority from `/var/www/html`, where `certbot certonly --webroot` puts them. The rest comes with the next configuration,
    /// such as by `dpkg-reconfigure NAME`.
    TLS {
        /// The certificate.
        "certificate" = Key::of(HOST_PATH).required().example(r#""/etc/ssl/certs/demo.pem""#);
        /// Its key.
        "key" = Key::of(HOST_PATH).required().example(r#""/etc/ssl/private/demo.key""#);
        /// The certificates between it and the authority, when `certificate` does not have them. nginx reads one file with both, which
        /// is made by each configuration: after a renewal run `dpkg-reconfigure NAME`.
        "chain" = Key::of(HOST_PATH);
        /// The port for https, at the addresses of `listen`.
        "listen" = Key::of(Shape::Integer(1, 65535)).default("443");
        /// Whether http does nothing but send browsers to https.
        "redirect" = Key::of(Shape::Boolean).default("true");
    }
}

table! {
    /// Exactly one of `service`, `directory` and `redirect` says what a part of the site is. `/static` is that path with all that is
    /// below `/static/`; `= /robots.txt` is that path alone.
    LOCATION {
        /// The service that answers, over all its instances.
        "service" = Key::of(Shape::Text).example(r#""web""#);
        /// The unix socket on which it does, when it is not at `port`; `${PORT}` in it is the port of each instance.
        "socket" = Key::of(HOST_PATH).example(r#""/run/demosite/web.sock""#);
        /// A folder whose files come first: the service is asked for what is not in it.
        "try-files" = Key::of(HOST_PATH).example(r#""@prefix@/public""#);
        /// Whether websockets are let through; one that is silent for `timeout` is closed.
        "websocket" = Key::of(Shape::Boolean).default("false");
        /// How many seconds the service has to answer.
        "timeout" = Key::of(Shape::Integer(1, 86_400)).default("60");
        /// The folder whose files are served by nginx itself, which must be able to enter it.
        "directory" = Key::of(HOST_PATH).example(r#""@prefix@/static""#);
        /// Where the browser is sent instead.
        "redirect" = Key::of(Shape::Text).example(r#""/new""#);
        /// The status of the redirect.
        "status" = Key::of(Shape::Integer(301, 308)).default("301");
    }
}

table! {
    /// Exactly one of `wsgi` and `file` says what it is. Its folder is `@prefix@/passenger`, with `public` for static files and
    /// `tmp`. It is run by the Python of the virtualenv, as the service user, with the environment of the services.
    pub(super) PASSENGER {
        /// The application, as `MODULE:OBJECT`.
        "wsgi" = Key::of(Shape::Pattern("^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*$")).example(r#""demosite:app""#);
        /// A file of the source that defines `application`.
        "file" = Key::of(SOURCE_PATH).example(r#""passenger_wsgi.py""#);
        /// Where it listens; for Apache a port, of an address or of all.
        "listen" = Key::of(Shape::Text).default(r#""127.0.0.1:8000""#);
        /// `standalone`: Passenger's own server, behind nginx; it is the service `passenger`. `apache2`: mod_passenger.
        "server" = Key::of(Shape::Choice(&["standalone", "apache2"])).default(r#""standalone""#);
        /// The names that Apache answers to; a site on port 80 has one at least.
        "server-name" = Key::of(TEXTS).example(r#"["demo.example.org"]"#);
    }
}
