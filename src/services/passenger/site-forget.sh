# Forgets what apache2 knows of the site NAME; apache2 may be gone.
forget_apache_site() {
    if load_apache; then
        apache2_invoke dissite "$1" >/dev/null || true
    fi
    rm -f "/etc/apache2/sites-enabled/$1.conf" /var/lib/apache2/site/*/"$1"
}
