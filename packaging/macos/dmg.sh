#!/bin/sh
# The disk image that people download: the program, and a link to where it belongs.
#
#   packaging/macos/dmg.sh "build/bundle-cpu/GPT Studio.app" dist/gpt-studio-0.1.0-macos-arm64.dmg
set -eu

app=$1
image=$2
[ -d "$app/Contents/MacOS" ] || { echo "dmg.sh: $app is no program" >&2; exit 1; }
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
ditto "$app" "$stage/GPT Studio.app"
ln -s /Applications "$stage/Applications"
mkdir -p "$(dirname "$image")"
hdiutil create -volname "GPT Studio" -srcfolder "$stage" -fs HFS+ -format ULMO -ov "$image"
if [ -n "${GPT_STUDIO_CODESIGN:-}" ]; then
    codesign --force --timestamp --sign "$GPT_STUDIO_CODESIGN" "$image"
    [ -z "${GPT_STUDIO_NOTARY:-}" ] || { xcrun notarytool submit "$image" --keychain-profile "$GPT_STUDIO_NOTARY" --wait; xcrun stapler staple "$image"; }
fi
hdiutil verify "$image"
