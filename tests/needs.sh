#!/bin/sh
# Programs that tests call, installed from Debian where they are missing: git and the OpenSSH client, without which nothing
# goes; and what serves a library over a network, stamps times, opens what is sealed, lets a disk fail (a C compiler) or reads a PDF, its seals and its
# QR codes, without which some tests are skipped and say so.
set -eu
# Servers lie where only root looks for programs.
PATH=$PATH:/usr/sbin:/sbin
missing=
wanted=
command -v git >/dev/null 2>&1 || missing="$missing git"
command -v ssh-keygen >/dev/null 2>&1 || missing="$missing openssh-client"
want() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
want sshd openssh-server
want nginx nginx-light
want fcgiwrap fcgiwrap
want gitolite gitolite3
want openssl openssl
want cc "gcc libc6-dev"
want pdftotext poppler-utils  # pdfsig too
want zbarimg zbar-tools
want age age
want soffice libreoffice-writer-nogui
[ -z "$missing$wanted" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # What is installed here shall not start by itself; the tests start what they need, where they need it.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    [ -z "$missing" ] || apt-get install -q -y --no-install-recommends $missing
    [ -z "$wanted" ] || apt-get install -q -y --no-install-recommends $wanted ||
        echo "some tests will be skipped for want of:$wanted" >&2
    exit 0
fi
[ -z "$wanted" ] || echo "some tests will be skipped for want of:$wanted" >&2
[ -z "$missing" ] && exit 0
echo "tests need:$missing; install them and run again" >&2
exit 1
