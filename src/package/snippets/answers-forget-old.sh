# Makes debconf forget the questions of earlier versions.
forget_old_answers() {
    if [ -e "$NOTED/asked" ]; then
        forget_answers
    fi
}
