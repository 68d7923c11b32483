# Removes from FOLDER what an administrator restarts the application with: dpkg would leave the folder behind.
remove_restarts() {
    rm -f "$1/restart.txt" "$1/always_restart.txt"
}
