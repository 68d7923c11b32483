# Fills the HOME of USER from /etc/skel, with no more than the user's rights, while nothing is in it.
fill_home() {
    if [ -d "$2" ] && ! [ -L "$2" ] && [ -z "$(ls -A "$2")" ]; then
        run_as "$1" cp -R /etc/skel/. "$2/"
    fi
}
