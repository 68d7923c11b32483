# Tells whether USER is in GROUP.
is_member() {
    case " $(id -Gn "$1" 2>/dev/null) " in *" $2 "*) return 0 ;; esac
    return 1
}
