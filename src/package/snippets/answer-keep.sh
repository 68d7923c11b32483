# Writes the answer to QUESTION of KIND into $ANSWERS as the variable NAME; the group of USER may read it. A line that means the
# same already stays as the administrator wrote it.
keep_answer() {
    db_get "$1"
    if [ -e "$ANSWERS" ] && ! sh -n "$ANSWERS"; then
        echo "$DPKG_MAINTSCRIPT_PACKAGE: $ANSWERS cannot be read and stays as it is: mend it and run 'dpkg-reconfigure $DPKG_MAINTSCRIPT_PACKAGE'" >&2
        return 0
    fi
    if has_answer "$2"; then
        if [ "$3" = password ] && [ -z "$RET" ]; then
            return 0
        fi
        if [ "$(printf '%s' "$RET" | tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//')" = "$(read_answer "$2")" ]; then
            return 0
        fi
    fi
    mkdir -p "${ANSWERS%/*}"
    {
        if [ -e "$ANSWERS" ]; then
            # Of several lines the last one counts: one in another form may stay.
            sed -E "/^$2=('[^']*'|\"'\")*\$/d; /^$2=[A-Za-z0-9_.\\/:@%+,-]*\$/d" "$ANSWERS"
        else
            echo "# Answers of the administrator to $DPKG_MAINTSCRIPT_PACKAGE. What is changed here counts."
            echo "# One NAME='value' a line, always in single quotes; a quote inside is written '\"'\"'."
        fi
        printf "%s='%s'\\n" "$2" "$(printf '%s' "$RET" | sed "s/'/'\"'\"'/g")"
    } | replace_private "$ANSWERS" "$4"
    if [ "$3" = password ]; then
        db_set "$1" '' || true
    fi
}
