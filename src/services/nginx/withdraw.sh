# Succeeds when none of the WORKERS of nginx takes requests any more.
# shellcheck disable=SC2317 # its name is an argument
none_accepts() {
    for worker in $1; do
        title=/proc/$worker/cmdline
        if grep -qs 'worker process' "$title" && ! grep -qs 'is shutting down' "$title"; then
            return 1
        fi
    done
}

# Takes each SITE out of service; the file stays.
withdraw_sites() {
    for site in "$@"; do
        unlink_service nginx "$site" "/etc/nginx/sites-enabled/$site"
    done
    if command -v nginx >/dev/null; then
        pid=$(cat /run/nginx.pid 2>/dev/null) || pid=''
        workers=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null) || workers=''
        # It says that it reloads, and goes on with the old workers for a moment: their visitors would find services stopped.
        if reload_nginx; then
            wait_until 10 none_accepts "$workers" || true
        fi
    fi
}
