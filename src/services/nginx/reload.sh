# Makes nginx read its configuration again, when it runs and can: with a wrong one it would end at its next start.
reload_nginx() {
    pid=$(cat /run/nginx.pid 2>/dev/null) || pid=''
    if [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null; then
        return 0
    fi
    if test_nginx >/dev/null; then
        invoke-rc.d nginx reload >/dev/null 3>&- || echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx did not reload: run 'systemctl reload nginx'" >&2
    else
        echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx goes on with its old configuration: see 'nginx -t'" >&2
    fi
}
