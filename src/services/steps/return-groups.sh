# Lets users leave all groups that they joined for any version of this package.
return_groups() {
    for lent in "$NOTED"/group:*; do
        if [ -e "$lent" ]; then
            lent=${lent##*/group:}
            return_group "${lent%%:*}" "${lent#*:}"
        fi
    done
}
