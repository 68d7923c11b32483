# Joins CERTIFICATE and CHAIN for the SITE: nginx reads both from one file. Only whole certificates are copied, which everybody is shown
# who asks the site: a private key that stands in the same file stays where it is. Where one of the two is missing, the file that is there
# keeps its certificates alone: an earlier version may have copied more.
# join_chain SITE CERTIFICATE CHAIN
join_chain() {
    joined=$NOTED/nginx-$1.pem
    if [ -s "$2" ] && [ -s "$3" ]; then
        mkdir -p "$NOTED"
        set -- "$2" "$3"
    elif [ -e "$joined" ]; then
        set -- "$joined"
    else
        return 0
    fi
    # A block counts when nothing but base64 stands in it.
    awk '
        FNR == 1 { inside = 0 }
        inside && /^-----END .*CERTIFICATE-----/ { printf "%s%s\n", block, $0; inside = 0 }
        !/^[A-Za-z0-9+\/=[:space:]]*$/ { inside = 0 }
        inside { block = block $0 "\n" }
        /^-----BEGIN .*CERTIFICATE-----/ { inside = 1; block = $0 "\n" }
    ' "$@" >"$joined.new"
    if [ -s "$joined.new" ]; then
        mv -f "$joined.new" "$joined"
    else
        rm -f "$joined.new" "$joined"
    fi
}
