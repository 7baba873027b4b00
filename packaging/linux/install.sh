#!/bin/sh
# Installs GPT Studio from this folder. Needs nothing but a shell.
#
#   ./install.sh --user         for you alone, into ~/.local; no administrator needed (the default)
#   ./install.sh --system       for all users, into /opt and /usr/local; as root
#   ./install.sh --uninstall    takes it away again (add --system if it was installed so); your runs stay
#
# Installing again over an older version replaces it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mode=user
action=install
for argument in "$@"; do
    case $argument in
        --user) mode=user ;;
        --system) mode=system ;;
        --uninstall) action=uninstall ;;
        *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
done

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

if [ "$mode" = system ]; then
    [ "$(id -u)" = 0 ] || fail "--system must be run as root: sudo ./install.sh --system"
    program=/opt/gpt-studio
    commands=/usr/local/bin
    share=/usr/local/share
else
    [ -n "${HOME:-}" ] || fail "HOME is not set, so there is no place to install to"
    share=${XDG_DATA_HOME:-$HOME/.local/share}
    program=$HOME/.local/lib/gpt-studio
    commands=$HOME/.local/bin
fi

renew() { # the desktop's own lists; without these tools it finds the files at the next login
    update-desktop-database -q "$share/applications" 2>/dev/null || true
    update-mime-database "$share/mime" 2>/dev/null || true
    gtk-update-icon-cache -q -t -f "$share/icons/hicolor" 2>/dev/null || true
}

if [ "$action" = uninstall ]; then
    rm -rf "$program"
    rm -f "$commands/gpt-studio" "$share/applications/gpt-studio.desktop" "$share/mime/packages/gpt-studio.xml"
    rm -f "$share/metainfo/org.gpt_studio.GPTStudio.metainfo.xml" "$share/man/man1/gpt-studio.1"
    find "$share/icons/hicolor" \( -path '*/apps/gpt-studio.*' -o -path '*/mimetypes/gptrun.*' \) -exec rm -f {} + 2>/dev/null || true
    renew
    echo "GPT Studio is gone. Your runs and texts are where they were."
    exit 0
fi

[ -x "$here/gpt-studio/gpt-studio" ] || fail "the folder gpt-studio must lie beside this file"
mkdir -p "$(dirname "$program")" "$commands" "$share/applications" "$share/mime/packages" "$share/metainfo"
# Beside the old one first, so that a full disk leaves that as it was.
rm -rf "$program.new"
cp -R "$here/gpt-studio" "$program.new" || { rm -rf "$program.new"; fail "there is not enough room in $(dirname "$program")"; }
"$program.new/gpt-studio" --version || { rm -rf "$program.new"; fail "the program does not start here: see above"; }
rm -rf "$program.old"
[ ! -e "$program" ] || mv "$program" "$program.old"
mv "$program.new" "$program"
rm -rf "$program.old"

ln -sf "$program/gpt-studio" "$commands/gpt-studio"
(cd "$here/share" && find . -type f) | while read -r file; do
    mkdir -p "$share/$(dirname "$file")"
    cp "$here/share/$file" "$share/$file"
done
# In a desktop file a path stands in quotes; four characters need a backslash there, which itself is written twice.
quoted=$(printf '%s' "$program/gpt-studio" | sed -e 's/\\/\\\\\\\\/g' -e 's/[`$"]/\\\\&/g' -e 's/%/%%/g')
escaped=$(printf '%s' "$quoted" | sed -e 's/[\\|&]/\\&/g')
sed -e "s|^Exec=.*|Exec=\"$escaped\" %f|" "$here/share/applications/gpt-studio.desktop" >"$share/applications/gpt-studio.desktop"
renew
echo "GPT Studio is in $program."
case ":${PATH:-}:" in
    *":$commands:"*) ;;
    *) echo "Start it from the menu, or with $commands/gpt-studio" ;;
esac
