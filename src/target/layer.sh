# Installs packages for a further layer, inside the root: layer.sh PACKAGE...
# No service starts meanwhile; that they do later is the concern of the test.
set -eu
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get -qq update
apt-get -qq -y --no-install-recommends install "$@"
apt-get -qq clean
rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d /etc/resolv.conf
