#!/bin/sh
# Programs that tests call: git, the OpenSSH client, openssl (as a timestamp authority). Installed from Debian where they are missing.
set -eu
missing=
command -v git >/dev/null 2>&1 || missing="$missing git"
command -v ssh-keygen >/dev/null 2>&1 || missing="$missing openssh-client"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
else
    echo "tests need:$missing; install them and run again" >&2
    exit 1
fi
