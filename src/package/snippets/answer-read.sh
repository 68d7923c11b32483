# Prints what the file $ANSWERS says of the variable NAME, with every run of blanks as one, as debconf has it.
read_answer() {
    # shellcheck disable=SC2016 # the inner shell expands them
    env -i sh -c 'set -a; . "$1"; exec /usr/bin/printenv "$2"' sh "$ANSWERS" "$1" 2>/dev/null 3>&- |
        tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//'
}
