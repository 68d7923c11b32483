# Tells debconf what $ANSWERS says of NAME, the answer to QUESTION: an edit of the administrator wins over the database.
seed_answer() {
    if has_answer "$2"; then
        db_set "$1" "$(read_answer "$2")" || true
    fi
}
