#!/bin/sh
# A release in a folder of its own: release.sh LINK [COMMAND...], from a checkout of that release.
#
# Unpacks the checked-out commit beside LINK, installs its packages there, lets LINK lead to it and
# runs COMMAND, which restarts the portal. What still runs reads its own folder until it ends. Going
# back is the same with the older commit. The three newest releases are kept.
set -eu

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

[ $# -ge 1 ] || stop "Say where the portal lies: release.sh /opt/lupe systemctl restart lupe"
link=$1
shift
cd "$(dirname "$0")/../.."
case $link in /*) ;; *) stop "LINK must be a whole path, not $link." ;; esac
[ -L "$link" ] || [ ! -e "$link" ] ||
    stop "$link is a folder of its own. Move it away first: it becomes a link to the release."

name=$(git describe --tags --always)
target=$link-releases/$name
if [ ! -e "$target/.whole" ]; then
    rm -rf "$target"
    mkdir -p "$target"
    git archive HEAD | tar -x -C "$target"
    sh "$target/portal/deploy/venv.sh" requirements.txt
    : >"$target/.whole"
fi
touch "$target"

# One rename: there is no moment without a release.
ln -sfn "$target" "$link.next"
mv -T "$link.next" "$link"
echo "$link leads to $name."
[ $# -eq 0 ] || "$@"

ls -dt "$link-releases"/*/ | tail -n +4 | while read -r old; do
    rm -rf "$old"
done
