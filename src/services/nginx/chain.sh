# Joins CERTIFICATE and CHAIN for the SITE: nginx reads both from one file. Only certificates are copied, which everybody is shown who
# asks the site: a private key that stands in the same file stays where it is.
# join_chain SITE CERTIFICATE CHAIN
join_chain() {
    joined=$NOTED/nginx-$1.pem
    if [ -s "$2" ] && [ -s "$3" ]; then
        mkdir -p "$NOTED"
        # The first may end without a line break.
        for certificates in "$2" "$3"; do
            sed -n '/^-----BEGIN .*CERTIFICATE-----/,/^-----END .*CERTIFICATE-----/p' "$certificates"
            echo
        done >"$joined.new"
        mv -f "$joined.new" "$joined"
    fi
}
