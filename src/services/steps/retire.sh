# Drops what is noted in FOLDER of ID of MANAGER; all of it when this version has nothing under MANAGER.
# drop_remembered FOLDER MANAGER ID
drop_remembered() {
    case " $kept" in
        *" $2:"*) rm -f "$1/$3.ran" "$1/$3.stopped" ;;
        *) rm -rf "$1" ;;
    esac
}

# Stops ID of MANAGER, which an earlier version of the package had, and takes away what made it start.
retire_service() {
    case "$1" in
        systemd)
            drop_remembered "$REMEMBERED" systemd "$2"
            if systemd_runs; then
                deb-systemd-invoke stop "$2" >/dev/null 2>&1 || true
                systemctl --system daemon-reload >/dev/null || true
            fi
            deb-systemd-helper purge "$2" >/dev/null || true
            ;;
        supervisor)
            drop_remembered "$REMEMBERED.by_supervisor" supervisor "$2"
            rm -f "/etc/supervisor/conf.d/$2.conf"
            retire_conffile "/etc/$DPKG_MAINTSCRIPT_PACKAGE/supervisor/$2.conf"
            rmdir "/etc/$DPKG_MAINTSCRIPT_PACKAGE/supervisor" "/etc/$DPKG_MAINTSCRIPT_PACKAGE" 2>/dev/null || true
            if command -v supervisorctl >/dev/null; then
                supervisorctl stop "$2:*" >/dev/null 2>&1 || true
                supervisorctl update "$2" >/dev/null 2>&1 || true
            fi
            ;;
        sysv)
            drop_remembered "$REMEMBERED.by_sysv" sysv "$2"
            if [ -x "/etc/init.d/$2" ]; then
                "/etc/init.d/$2" stop >/dev/null 2>&1 || true
            fi
            retire_conffile "/etc/init.d/$2"
            retire_conffile "/etc/logrotate.d/$2-output"
            update-rc.d -f "$2" remove >/dev/null || true
            ;;
        runit)
            drop_remembered "$REMEMBERED.by_runit" runit "$2"
            rm -f "/etc/runit/runsvdir/default/$2" "/etc/runit/runsvdir/svmanaged/$2"
            if command -v sv >/dev/null; then
                sv -w 90 force-stop "/etc/sv/$2" >/dev/null 2>&1 || true
                sv exit "/etc/sv/$2" >/dev/null 2>&1 || true
                wait_until 10 test ! -e "/etc/service/$2/supervise/ok" || true
            fi
            retire_folder "$2"
            ;;
        daemontools)
            drop_remembered "$REMEMBERED.by_daemontools" daemontools "$2"
            rm -f "/etc/service/$2"
            if command -v svc >/dev/null; then
                svc -dx "/etc/sv/$2" "/etc/sv/$2/log" >/dev/null 2>&1 || true
                # shellcheck disable=SC2016 # the other sh expands it
                wait_until 90 sh -c '! svok "$1" && ! svok "$1/log"' - "/etc/sv/$2" || true
            fi
            retire_folder "$2"
            ;;
        nginx)
            # Before the file goes: a link to nothing would stop nginx.
            rm -f "/etc/nginx/sites-enabled/$2"
            if command -v nginx >/dev/null; then
                reload_nginx || true
            fi
            # shellcheck disable=SC2153 # the head of the script sets it
            rm -f "$NOTED/nginx-$2.pem" "$NOTED/nginx-$2.pem.new"
            retire_conffile "/etc/nginx/sites-available/$2"
            ;;
        cron)
            retire_conffile "/etc/cron.d/$2"
            ;;
        apache2)
            leave_apache_site "$2"
            retire_conffile "/etc/apache2/sites-available/$2.conf"
            ;;
    esac
}

# Takes the service folder of ID away.
retire_folder() {
    for file in run finish control/d control/t log/run; do
        retire_conffile "/etc/sv/$1/$file"
    done
    for folder in "/etc/sv/$1/supervise" "/etc/sv/$1/log/supervise"; do
        # A link is the package's.
        [ -L "$folder" ] || rm -rf "$folder"
    done
    rm -rf "/run/runit/supervise/$1" "/run/runit/supervise/$1.log"
    rmdir "/etc/sv/$1/log" "/etc/sv/$1/control" "/etc/sv/$1" 2>/dev/null || true
}

# Retires what earlier versions noted as MANAGER:ID and this version, which has each OWN, has not.
retire_services() {
    kept="$*"
    # shellcheck disable=SC2153 # the head of the script sets it
    for noted in "$NOTED"/*:*; do
        if ! [ -e "$noted" ]; then
            continue
        fi
        gone=${noted##*/}
        for own in "$@"; do
            if [ "$own" = "$gone" ]; then
                continue 2
            fi
        done
        case "$gone" in
            group:*)
                gone=${gone#*:}
                return_group "${gone%%:*}" "${gone#*:}"
                continue
                ;;
        esac
        retire_service "${gone%%:*}" "${gone#*:}"
        # Its logs are the administrator's until the purge.
        mkdir -p "$NOTED/gone"
        mv "$noted" "$NOTED/gone/"
        # It may have been one that there is never two of. What still has its name goes on with the lock.
        gone=${gone#*:}
        for own in "$@"; do
            case "$own" in nginx:* | apache2:* | cron:* | group:*) continue ;; esac
            own=${own#*:}
            if [ "${own%.service}" = "${gone%.service}" ]; then
                continue 2
            fi
        done
        rm -f "/run/${gone%.service}.lock"
    done
}
