#!/bin/sh
# Signs "GPT Studio.app" and has Apple notarise it. Needs a Mac, Xcode's command line tools and a developer's identity:
#
#   GPT_STUDIO_CODESIGN="Developer ID Application: Name (TEAM)" \
#   GPT_STUDIO_NOTARY=profile \
#   packaging/macos/sign.sh "build/bundle-cpu/GPT Studio.app"
#
# The profile is made once: xcrun notarytool store-credentials profile --apple-id … --team-id … --password …
# Without GPT_STUDIO_CODESIGN the program is signed for this Mac alone ("ad hoc"), which is enough to try it.
set -eu

app=$1
here=$(cd "$(dirname "$0")" && pwd)
identity=${GPT_STUDIO_CODESIGN:--}
[ -d "$app/Contents/MacOS" ] || { echo "sign.sh: $app is no program" >&2; exit 1; }

stamp="--timestamp"
[ "$identity" != "-" ] || stamp="--timestamp=none"

# From the inside out: every library first, then the program. --deep would sign them with the program's own rights.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) ! -path '*/MacOS/gpt-studio' -print0 |
    xargs -0 -n 20 codesign --force $stamp --options runtime --sign "$identity"
codesign --force $stamp --options runtime --entitlements "$here/entitlements.plist" --sign "$identity" "$app"
codesign --verify --deep --strict --verbose=2 "$app"

if [ -n "${GPT_STUDIO_NOTARY:-}" ] && [ "$identity" != "-" ]; then
    # ditto keeps the links inside the program; zip would lose them, and Qt's signatures with them.
    packed=$(mktemp -d)/studio.zip
    ditto -c -k --keepParent "$app" "$packed"
    xcrun notarytool submit "$packed" --keychain-profile "$GPT_STUDIO_NOTARY" --wait
    xcrun stapler staple "$app"
    spctl --assess --type execute --verbose "$app"
fi
