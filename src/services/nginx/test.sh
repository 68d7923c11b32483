# Lets nginx read its whole configuration, and prints what it says.
test_nginx() {
    nginx -t 2>&1 </dev/null 3>&-
}
