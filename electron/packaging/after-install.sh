#!/bin/bash
# After the .deb is unpacked. Runs as root; words in ${…} are filled in by electron-builder.
set -e
app='/opt/${sanitizedProductName}'

ln -sf "$app/${executable}" '/usr/bin/${executable}'

# Always usable: a probe made here as root says nothing of what officers may do, and Chromium takes this helper only
# where it gets no user namespace.
chown root:root "$app/chrome-sandbox"
chmod 4755 "$app/chrome-sandbox"

if command -v update-desktop-database >/dev/null 2>&1; then
  update-desktop-database /usr/share/applications || true
fi

# Only where the running AppArmor understands the profile; elsewhere none is needed.
profile="$app/resources/apparmor-profile"
target='/etc/apparmor.d/${executable}'
if [ -f "$profile" ] && command -v apparmor_parser >/dev/null 2>&1 &&
  apparmor_parser --skip-kernel-load --debug "$profile" >/dev/null 2>&1; then
  cp -f "$profile" "$target"
  if ! { [ -x /usr/bin/ischroot ] && /usr/bin/ischroot; }; then
    apparmor_parser --replace --write-cache --skip-read-cache "$target" || true
  fi
fi
