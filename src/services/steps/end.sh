# Drops what is noted of MANAGER for the end of an upgrade.
end_services() {
    rm -rf "$REMEMBERED.$1"
}
