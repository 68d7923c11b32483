# Links the service FOLDER of ID, by which MANAGER finds it (link_service). What looks at the links starts it at once, whatever
# policy-rc.d(8) says, but for a file `down`, which is read one time: where a policy forbids the start, the file is there until
# then. The next boot starts the service, or the administrator. A FOLDER with nothing to run is not linked.
# link_folder VERBS MANAGER ID FOLDER LINK...
link_folder() {
    verbs=$1
    shift
    if ! [ -e "$3/run" ]; then
        return 0
    fi
    held='Until it is supervised: policy-rc.d(8) forbids the start.'
    # shellcheck disable=SC2153 # the head of the script sets it
    if ! [ -e "$NOTED/$1:$2" ] && ! [ -e "$3/down" ] && "$verbs" answers && "$verbs" scanned && ! policy_allows "$2"; then
        echo "$held" >"$3/down"
    fi
    link_service "$@"
    # It may be one that a script left which was killed.
    if [ "$(cat "$3/down" 2>/dev/null)" = "$held" ]; then
        wait_until 30 "$verbs" supervised "$2" || true
        rm -f "$3/down"
    fi
}
