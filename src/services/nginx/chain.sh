# Joins CERTIFICATE and CHAIN for the SITE: nginx reads both from one file.
# join_chain SITE CERTIFICATE CHAIN
join_chain() {
    joined=$NOTED/nginx-$1.pem
    if [ -s "$2" ] && [ -s "$3" ]; then
        mkdir -p "$NOTED"
        # The first may end without a line break.
        { cat "$2" && echo && cat "$3"; } >"$joined.new"
        mv -f "$joined.new" "$joined"
    fi
}
