# Runs the keeper in namespaces of its own and clears up after it: supervise.sh CLEAR KEEPER FOLDER NETWORK WORD...
# It outlives the program that started it for the moment that takes, so signals meant for that one are ignored.
trap '' HUP INT TERM
clear=$1
keeper=$2
folder=$3
network=$4
shift 4
case $network in
isolated) net=--net ;;
*) net= ;;
esac
# shellcheck disable=SC2086 # an empty word would be taken for the program
unshare --mount --pid --fork --kill-child --uts --ipc $net -- \
    bash -c "$keeper" keeper "$folder" "$network" "$@"
status=$?
exec 1>&-
sh -c "$clear" clear "$folder"
exit "$status"
