# Notes that the package has ID under MANAGER: a later version that has it no longer takes it away.
note_service() {
    mkdir -p "$NOTED"
    : >"$NOTED/$1:$2"
}
