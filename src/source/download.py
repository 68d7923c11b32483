"""Fetches one file over http or https: ARCHIVE_URL into ARCHIVE_FILE, at most ARCHIVE_LIMIT bytes.

Ends with 0, or says in one line what went wrong: a word that download.rs knows, and what is shown to people.
The address comes by the environment, because the words of a command are logged.
"""

import base64
import ipaddress
import netrc
import os
import signal
import socket
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request


class Stop(Exception):
    pass


class Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, *rest):
        wanted = super().redirect_request(request, *rest)
        if wanted is not None and wanted.type not in ("http", "https"):
            raise Stop("status", "it leads to another kind of address")
        return wanted


def opener():
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        Redirects(),
    ):
        director.add_handler(handler)
    return director


def is_private(address):
    """Whether nobody on the way can read along: plain http is private on this machine only."""
    try:
        return address.scheme == "https" or ipaddress.ip_address(address.hostname).is_loopback
    except ValueError:
        return address.hostname == "localhost"


def request(url):
    wanted = urllib.request.Request(url, headers={"User-Agent": "deb-build-app"})
    path = os.environ.get("ARCHIVE_NETRC")
    address = urllib.parse.urlsplit(url)
    if path and is_private(address) and os.path.exists(path):
        try:
            found = netrc.netrc(path).authenticators(address.hostname)
        except (netrc.NetrcParseError, OSError) as error:
            raise Stop("netrc", type(error).__name__)
        if found:
            word = base64.b64encode(f"{found[0]}:{found[2]}".encode()).decode()
            # A server that sends us elsewhere does not get our password carried there.
            wanted.add_unredirected_header("Authorization", "Basic " + word)
    return wanted


def fetch():
    limit = int(os.environ["ARCHIVE_LIMIT"])
    silence = float(os.environ["ARCHIVE_SILENCE"])
    with opener().open(request(os.environ["ARCHIVE_URL"]), timeout=silence) as answer:
        length = answer.headers.get("Content-Length")
        total = 0
        with open(os.environ["ARCHIVE_FILE"], "wb") as file:
            while block := answer.read(1 << 16):
                total += len(block)
                if total > limit:
                    raise Stop("large", f"more than {limit} bytes")
                file.write(block)
        if length is not None and total != int(length):
            raise Stop("unreachable", f"the connection ended after {total} of {length} bytes")


def late(*_):
    raise Stop("slow", "the time is over")


def main():
    signal.signal(signal.SIGALRM, late)
    signal.alarm(int(os.environ["ARCHIVE_TOTAL"]))
    try:
        fetch()
    except Stop as stop:
        return stop.args
    except urllib.error.HTTPError as error:
        kind = "busy" if error.code >= 500 or error.code == 429 else "status"
        if error.code in (401, 403):
            kind = "denied" if is_private(urllib.parse.urlsplit(os.environ["ARCHIVE_URL"])) else "plain"
        return kind, f"{error.code} {error.reason}"
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            return "certificate", error.reason.verify_message
        if isinstance(error.reason, (TimeoutError, socket.timeout)):
            return "slow", "no answer"
        return "unreachable", str(error.reason)
    except (TimeoutError, socket.timeout):
        return "slow", "no answer"
    except OSError as error:
        if error.filename:
            return "disk", error.strerror
        return "unreachable", str(error)
    except Exception as error:
        return "unreachable", type(error).__name__
    return None


failed = main()
if failed:
    print(failed[0], " ".join(str(failed[1]).split()))
    sys.exit(1)
