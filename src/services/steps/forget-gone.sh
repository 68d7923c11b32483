# Removes the logs of services that only earlier versions had, which were kept for the administrator, and the notes of them.
forget_gone_services() {
    # shellcheck disable=SC2153 # the head of the script sets it
    for noted in "$NOTED"/gone/*:*; do
        id=${noted##*:}
        case "${noted##*/}" in
            supervisor:*) remove_log "/var/log/supervisor/$id.log" ;;
            sysv:*) remove_log "/var/log/$id.output" ;;
            runit:*) remove_log "/var/log/runit/$id" ;;
            daemontools:*) remove_log "/var/log/daemontools/$id" ;;
            apache2:*)
                remove_log "/var/log/apache2/$id-access.log"
                remove_log "/var/log/apache2/$id-error.log"
                rm -f /var/lib/apache2/site/*/"$id"
                ;;
            systemd:*) rm -f "/var/lib/systemd/timers/stamp-$id" ;;
        esac
        rm -f "$noted"
    done
    rmdir "$NOTED/gone" "$NOTED" "${NOTED%/*}" 2>/dev/null || true
}
