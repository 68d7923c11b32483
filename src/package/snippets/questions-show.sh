# Shows the questions.
show_questions() {
    db_go || true
}
