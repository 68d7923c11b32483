# Removes PATH with all that is in it; of a link only the link.
remove_tree() {
    rm -rf "$1"
}
