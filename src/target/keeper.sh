# PID 1 of a root's namespaces: keeper.sh FOLDER NETWORK SCRATCH LOWERS LOWER... [ACCESS HOST INSIDE]...
# Makes the root, says `ready` with its own process id as the machine sees it, and ends when its input does.
# It is bash because, as PID 1, it has to reap orphans while it reads: dash does not, and start-stop-daemon would wait for
# a daemon that is only a zombie.
set -eu
# /proc is still the machine's.
read -r pid _ </proc/self/stat
folder=$1
network=$2
scratch=$3
lowers=$4
shift 4

hostname target
[ "$network" != isolated ] || ip link set lo up
mount -t proc -o nosuid,nodev,noexec proc /proc
cp -L /etc/resolv.conf "$folder/resolv.conf" 2>/dev/null || : >"$folder/resolv.conf"
# systemd-nspawn leaves files below /run: they go into a /run of ours.
mount -t tmpfs -o mode=755 tmpfs /run
[ "$scratch" != memory ] || mount -t tmpfs -o mode=755 tmpfs "$folder/mnt"

# Relative names: a colon or a comma in the folder's own name would end the option.
cd "$folder/mnt"
mkdir upper work tree plain
chmod 755 upper tree
stack=
number=0
while [ "$number" -lt "$lowers" ]; do
    mkdir "lower$number"
    mount --bind -o ro "$1" "lower$number"
    stack="lower$number${stack:+:$stack}"
    number=$((number + 1))
    shift
done
mount -t overlay -o "lowerdir=$stack,upperdir=upper,workdir=work" overlay tree
root=$(pwd -P)/tree

while [ "$#" -gt 0 ]; do
    point=$root$3
    # A link of the root would lead out of it.
    if [ "$(realpath -m -- "$point")" != "$point" ]; then
        echo "\`$3\` is not a plain path inside the root" >&2
        exit 1
    fi
    if [ -d "$2" ]; then
        mkdir -p -- "$point"
    else
        mkdir -p -- "${point%/*}"
        [ -e "$point" ] || : >"$point"
    fi
    mount --bind -- "$2" "$point"
    [ "$1" != ro ] || mount -o remount,bind,ro -- "$point"
    shift 3
done
if [ "$network" != isolated ]; then
    rm -f tree/etc/resolv.conf
    cp "$folder/resolv.conf" tree/etc/resolv.conf
fi

# `tree` is what gets booted: systemd-nspawn keeps a /proc that is mounted already, and this one would be wrong.
mount --rbind tree plain
mount -t proc -o nosuid,nodev,noexec proc plain/proc
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs plain/sys
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts plain/dev/pts
mount -t tmpfs -o mode=1777 tmpfs plain/dev/shm

echo "ready $pid"
exec 1>&-
while read -r _; do :; done
