# Lets debconf go, before something is started that would hold its pipe.
end_questions() {
    db_stop
    exec 3>&-
}
