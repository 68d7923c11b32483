# Runs COMMAND as USER, who gets nothing of the terminal of this script: it is root's. What it says is shown when it fails.
run_as() {
    run_as=$1
    shift
    if ! said=$(setsid --wait runuser -u "$run_as" -- "$@" </dev/null 2>&1 3>&-); then
        echo "$said" >&2
        return 1
    fi
}
