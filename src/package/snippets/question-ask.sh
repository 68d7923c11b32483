# Asks QUESTION with PRIORITY, unless it was answered already or nobody is there to answer.
ask_question() {
    db_input "$2" "$1" || true
}
