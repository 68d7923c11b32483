# Succeeds when the file $ANSWERS says something of the variable NAME.
has_answer() {
    [ -e "$ANSWERS" ] && grep -q "^$1=" "$ANSWERS"
}
