# Notes that debconf knows of questions: a version that asks nothing can make it forget them.
note_questions() {
    mkdir -p "$NOTED"
    : >"$NOTED/asked"
}
