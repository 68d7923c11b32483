# Tells which FILE is not there that something needs to run: dpkg does not bring back a conffile that is gone, also when another
# version of the package took it away.
miss_files() {
    missing=''
    for file in "$@"; do
        [ -e "$file" ] || missing="$missing $file"
    done
    if [ -n "$missing" ]; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: not everything can run, because these files were removed:$missing: 'dpkg --force-confmiss -i' of the package brings them back" >&2
    fi
}
