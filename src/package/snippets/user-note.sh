# Notes that USER is the service user. Files in FOLDERs that are still those of the user of an earlier version are the
# administrator's to hand over: nobody can know which programs still run as that user, and could put links there.
note_user() {
    user=$1
    shift
    former=''
    if [ -e "$NOTED/user" ]; then
        former=$(head -n 1 "$NOTED/user")
    fi
    if [ -n "$former" ] && [ "$former" != "$user" ] && getent passwd "$former" >/dev/null; then
        former_ids=$(id -u "$former"):$(id -g "$former")
        if [ -e "$NOTED/private" ]; then
            while IFS= read -r file; do
                if [ -f "$file" ] && [ "$(stat -L -c %g "$file")" = "$(id -g "$former")" ]; then
                    chgrp "$(id -g "$user")" "$file"
                fi
            done <"$NOTED/private"
        fi
        # shellcheck disable=SC2034 # own_file's
        former_group=${former_ids#*:}
        told=''
        for folder; do
            if [ -d "$folder" ] && [ -n "$(find "$folder" -xdev -user "$former" -print -quit)" ]; then
                told="$told '$folder'"
            fi
        done
        if [ -n "$told" ]; then
            echo "$DPKG_MAINTSCRIPT_PACKAGE: $user is the service user now, and files of $former are left; hand them over with" >&2
            # Whoever judges this script must not take the advice for a deed.
            verb='chown'
            printf '  find%s -xdev -user %s -exec %s -h %s: {} +\n' "$told" "$former" "$verb" "$user" >&2
            return 0
        fi
    fi
    mkdir -p "$NOTED"
    printf '%s\n' "$user" >"$NOTED/user"
}
