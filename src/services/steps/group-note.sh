# Notes among a package's NOTES what it has to do with USER being in GROUP, wholly or not at all:
#   own      the user is the package's own;
#   joining  it is about to let another's user join;
#   made     it has let that user join;
#   found    the user was in it, or the administrator has taken the user out since.
# note_group NOTES USER GROUP WORD
note_group() {
    mkdir -p "$1"
    echo "$4" >"$1/group.new"
    mv "$1/group.new" "$1/group:$2:$3"
}
