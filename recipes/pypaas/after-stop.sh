# Nothing answers any more behind the sites of what is removed.
if [ "$1" = remove ]; then
    pypaas-web --withdraw
fi
