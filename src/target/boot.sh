# Boots a root, inside its keeper's namespaces: boot.sh TREE NAME.
# The cgroup hierarchy that systemd gets is a unified one, also where the machine's is hybrid.
set -eu
exec 1>&2
umount -R /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
if [ -d "/sys/fs/cgroup/$2" ]; then
    find "/sys/fs/cgroup/$2" -mindepth 1 -depth -type d -exec rmdir -- {} \; 2>/dev/null || :
fi
mkdir -p "/sys/fs/cgroup/$2"
echo $$ >"/sys/fs/cgroup/$2/cgroup.procs"
# Nothing of the machine's configuration, time zone or journal gets in.
exec systemd-nspawn --quiet --directory="$1" --machine="$2" --hostname=target --private-network --boot \
    --keep-unit --register=no --console=pipe --settings=no --link-journal=no --resolv-conf=off --timezone=off
