# Removes what a root leaves outside its namespaces: clear.sh FOLDER. Run again, it does nothing.
# A cgroup that is still in use keeps the folder, so that a later run finds both.
folder=$1
name=${folder##*/}
if [ -e "$folder/booted" ]; then
    # shellcheck disable=SC2016 # the words are for the inner shell
    # A mount of our own: where the machine mounts the unified hierarchy, if at all, does not matter.
    unshare --mount -- sh -eu -c '
        mount -t cgroup2 cgroup2 "$1/mnt"
        round=0
        while [ -d "$1/mnt/$2" ]; do
            find "$1/mnt/$2" -depth -type d -exec rmdir -- {} \; 2>/dev/null || :
            round=$((round + 1))
            [ "$round" -lt 100 ] || exit 1
            [ ! -d "$1/mnt/$2" ] || sleep 0.02
        done
    ' sh "$folder" "$name" || exit 1
fi
rm -rf --one-file-system -- "$folder"
