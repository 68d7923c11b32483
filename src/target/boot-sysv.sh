# Boots a root that has sysvinit, inside its keeper's namespaces: boot-sysv.sh TREE NAME.
set -eu
exec 1>&2
# shellcheck disable=SC2016 # the shell in the new namespaces expands it
exec unshare --mount --pid --fork --kill-child -- sh -c '
    mount -t proc -o nosuid,nodev,noexec proc "$1/proc"
    mount -t tmpfs -o mode=755 tmpfs "$1/run"
    mkdir "$1/run/lock"
    exec chroot "$1" /sbin/init' boot "$1" </dev/null
