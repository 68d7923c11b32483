//! Programs that every Debian has: what the packages marked `Essential` put into `/bin` and `/usr/bin` (Policy §3.8).
//!
//! # Limits
//! The list is that of Debian 12, with `awk` and `which`, which are alternatives there.

/// Their names, sorted.
const PROGRAMS: &str = "
[ addpart arch b2sum base32 base64 basename basenc bash bashbug captoinfo cat chcon chgrp chmod choom chown
chrt cksum clear clear_console cmp comm cp csplit cut dash date dd deb-systemd-helper deb-systemd-invoke
delpart df diff diff3 dir dircolors dirname dmesg dnsdomainname domainname dpkg dpkg-deb dpkg-divert
dpkg-maintscript-helper dpkg-query dpkg-realpath dpkg-split dpkg-statoverride dpkg-trigger du echo egrep env
expand expr factor faillog fallocate false fgrep find findmnt flock fmt fold getconf getent getopt grep
groups gunzip gzexe gzip hardlink head hostid hostname i386 iconv id infocmp infotocap install ionice ipcmk
ipcrm ipcs ischroot join last lastb lastlog ld.so ldd link linux32 linux64 ln locale localedef logger login
logname ls lsblk lscpu lsipc lslocks lslogins lsmem lsns mcookie md5sum md5sum.textutils mesg mkdir mkfifo
mknod mktemp more mountpoint mv namei newgrp nice nisdomainname nl nohup nproc nsenter numfmt od partx paste
pathchk perl perl5.36.0 pidof pinky pldd pr printenv printf prlimit ptx pwd rbash readlink realpath rename.ul
renice reset resizepart rev rgrep rm rmdir run-parts runcon savelog script scriptlive scriptreplay sdiff sed
seq setarch setpriv setsid setterm sg sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep
sort split stat stdbuf stty su sum sync tabs tac tail tar taskset tee tempfile test tic timeout toe touch
tput tr true truncate tset tsort tty tzselect uclampset uname uncompress unexpand uniq unlink unshare
update-alternatives users utmpdump vdir wall wc wdctl whereis which.debianutils who whoami x86_64 xargs yes
ypdomainname zcat zcmp zdiff zdump zegrep zfgrep zforce zgrep zless zmore znew
awk which
";

/// Returns whether every Debian has a program of this name.
pub(super) fn is_essential(name: &str) -> bool {
    PROGRAMS.split_ascii_whitespace().any(|known| known == name)
}
