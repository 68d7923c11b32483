# Takes each SITE out of service; the file stays.
withdraw_sites() {
    for site in "$@"; do
        unlink_service nginx "$site" "/etc/nginx/sites-enabled/$site"
    done
    if command -v nginx >/dev/null; then
        reload_nginx
    fi
}
