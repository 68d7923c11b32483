# Makes the tree of a release: base.sh FOLDER SCRATCH SUITE PACKAGES MMDEBSTRAP-OPTION...
# dpkg syncs every file it writes, so the work is done in memory where there is enough, and moved.
set -eu
folder=$1
scratch=$2
suite=$3
packages=$4
shift 4
mkdir -p "$folder/scratch"
[ "$scratch" != memory ] || mount -t tmpfs -o mode=755 tmpfs "$folder/scratch"
export TMPDIR="$folder/scratch"
mmdebstrap --mode=root --variant=apt --format=directory --include="$packages" "$@" \
    "$suite" "$folder/scratch/tree" "$folder/debian.sources"
tree=$folder/scratch/tree
# mmdebstrap copies these from the machine.
rm -f "$tree/etc/resolv.conf" "$tree/etc/hostname" "$tree/etc/hosts"
echo target >"$tree/etc/hostname"
printf '127.0.0.1\tlocalhost target\n::1\tlocalhost ip6-localhost ip6-loopback\n' >"$tree/etc/hosts"
mv "$tree" "$folder/tree"
