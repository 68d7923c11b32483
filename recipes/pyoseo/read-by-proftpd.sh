# proftpd reads what there is of ours now. A configuration that it refuses, whosever, stays unread.
if [ -x /usr/sbin/proftpd ] && [ -e /run/proftpd.pid ]; then
    if /usr/sbin/proftpd -t >/dev/null 2>&1; then
        invoke-rc.d proftpd reload || true
    else
        echo 'pyoseo: proftpd refuses its configuration and was not reloaded: see proftpd -t' >&2
    fi
fi
