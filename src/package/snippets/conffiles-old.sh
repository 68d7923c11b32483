# Removes the conffiles that this version has no more, as dpkg-maintscript-helper(1) does: one that the administrator has changed
# is set aside, so that no program reads it.
remove_old_conffiles() {
    # shellcheck disable=SC2016 # dpkg expands it
    dpkg-query -W -f '${Conffiles}\n' "$DPKG_MAINTSCRIPT_PACKAGE" 2>/dev/null |
        sed -n 's/^ \(.*\) \([0-9a-f]\{32\}\) obsolete$/\2 \1/p' |
        while IFS=' ' read -r sum path; do
            # Another package may have taken it over.
            owners=$(dpkg-query -S "$path" 2>/dev/null || true)
            if ! [ -f "$path" ] || [ -L "$path" ] || [ "${owners%%[,:]*}" != "$DPKG_MAINTSCRIPT_PACKAGE" ]; then
                continue
            fi
            case "$owners" in *,*": $path") continue ;; esac
            # What dpkg itself has set aside is forgotten with the conffile.
            for aside in "$path.dpkg-old" "$path.dpkg-dist"; do
                if [ -f "$aside" ]; then
                    mkdir -p "$NOTED"
                    printf '%s\n' "$aside" >>"$NOTED/set-aside"
                fi
            done
            if [ "$(md5sum <"$path" | cut -d ' ' -f 1)" = "$sum" ]; then
                rm -f "$path"
                # dpkg leaves the folders that were there for it alone.
                folder=${path%/*}
                while [ "$folder" != /etc ] && ! dpkg-query -S "$folder" >/dev/null 2>&1 && rmdir "$folder" 2>/dev/null; do
                    folder=${folder%/*}
                done
            else
                echo "$DPKG_MAINTSCRIPT_PACKAGE: $path is not used any more; your version of it is $path.dpkg-bak" >&2
                mv -f "$path" "$path.dpkg-bak"
                mkdir -p "$NOTED"
                printf '%s\n' "$path.dpkg-bak" >>"$NOTED/set-aside"
            fi
        done
}
