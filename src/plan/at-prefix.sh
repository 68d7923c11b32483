# Mounts the tree $1 at the path $2 with the access $4, and becomes the rest of the words. $3 is an empty folder.
# It runs in a mount namespace of its own: nobody else sees the mounts, and they end with it.
tree=$1
prefix=$2
scratch=$3
access=$4
shift 4

root=
if [ ! -d "$prefix" ]; then
    above=${prefix%/*}
    while [ -n "$above" ] && [ ! -d "$above" ]; do
        above=${above%/*}
    done
    mount -t tmpfs -o mode=0755 deb-build-app "$scratch"
    for path in "$above"/* "$above"/.[!.]*; do
        copy=$scratch/${path##*/}
        if [ -L "$path" ]; then
            cp -P "$path" "$copy"
        elif [ -d "$path" ]; then
            mkdir "$copy"
            mount --rbind "$path" "$copy"
        elif [ -e "$path" ]; then
            : >"$copy"
            mount --bind "$path" "$copy"
        fi
    done
    mkdir -p "$scratch${prefix#"$above"}"
    if [ -n "$above" ]; then
        mount --rbind "$scratch" "$above"
    else
        root=$scratch
    fi
fi

mount --bind "$tree" "$root$prefix"
if [ "$access" = ro ]; then
    # In a user namespace the flags of the mount below must stay.
    flags=$(findmnt --noheadings --output VFS-OPTIONS --target "$tree" || true)
    mount -o "remount,bind,${flags:-rw},ro" "$root$prefix"
fi

# The folder was the one of before the mounts.
if [ -n "$root" ]; then
    # shellcheck disable=SC2016 # the inner shell expands them
    exec chroot "$root" /bin/sh -euc 'cd "$1"; shift; exec "$@"' sh "$PWD" "$@"
fi
cd "$PWD" || exit
exec "$@"
