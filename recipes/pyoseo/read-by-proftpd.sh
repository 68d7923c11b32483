# proftpd reads what there is of ours now. A configuration that it refuses, whosever, stays unread.
if command -v proftpd >/dev/null && [ -e /run/proftpd.pid ]; then
    if proftpd -t >/dev/null 2>&1; then
        invoke-rc.d proftpd reload || true
    else
        echo 'pyoseo: proftpd refuses its configuration and was not reloaded: see proftpd -t' >&2
    fi
fi
