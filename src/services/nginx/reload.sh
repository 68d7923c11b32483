# Makes nginx read its configuration again, when it runs and can: with a wrong one it would end at its next start. Fails where it
# has not done so.
reload_nginx() {
    pid=$(cat /run/nginx.pid 2>/dev/null) || pid=''
    if [ -z "$pid" ] || ! kill -0 "$pid" 2>/dev/null; then
        return 1
    fi
    if ! test_nginx >/dev/null; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx goes on with its old configuration: see 'nginx -t'" >&2
        return 1
    fi
    verdict=0
    invoke-rc.d --disclose-deny nginx reload >/dev/null 3>&- || verdict=$?
    case "$verdict" in
        # A policy forbids it.
        0 | 101) ;;
        *) echo "$DPKG_MAINTSCRIPT_PACKAGE: nginx did not reload: run 'systemctl reload nginx'" >&2 ;;
    esac
    return "$verdict"
}
