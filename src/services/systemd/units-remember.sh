# Notes in $REMEMBERED which UNIT ran and which was stopped, so that the end of the upgrade brings back what was. What is
# noted already stays: then an earlier attempt did not get to its end, and what is stopped now was stopped by it.
remember_units() {
    if ! systemd_runs || [ -d "$REMEMBERED" ]; then
        return 0
    fi
    mkdir "$REMEMBERED"
    for unit in "$@"; do
        case "$(systemctl is-active "$unit")" in
            active | activating | reloading) : >"$REMEMBERED/$unit.ran" ;;
            inactive) : >"$REMEMBERED/$unit.stopped" ;;
        esac
    done
}
