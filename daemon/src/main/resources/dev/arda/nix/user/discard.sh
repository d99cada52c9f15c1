# Removes secrets that were put somewhere, unless they are in use.
#   $1 the directory
case $1 in
*/arda-secrets.d/*) [ "$(readlink "${1%.d/*}" 2>/dev/null)" = "$1" ] || rm -rf -- "$1" ;;
esac
