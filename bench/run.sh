#!/bin/sh
# All that is measured by script, on libraries made afresh: `sh bench/run.sh [FOLDER] [--assert] [--peers]`. Takes about a
# quarter of an hour. With --assert the exit status is 1 if a goal that a script asserts is missed (docs/performance.md).
# FOLDER keeps the libraries (half a gigabyte); without it they are thrown away. PYTHON names the interpreter.
# --peers adds the growing library and the comparison with git fsck and, if TAF_PYTHON names an interpreter that has it,
# with TAF, and a hundred thousand records: about half an hour more.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
strict=""
peers=""
place=""
for word in "$@"; do
    case $word in
        --assert) strict=--assert ;;
        --peers) peers=yes ;;
        *) place=$word ;;
    esac
done
if [ -z "$place" ]; then
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
fi
mkdir -p "$place"
make() {
    [ -d "$place/$1" ] || { shown=$1; shift; echo "making $shown"; "$python" "$here/generate.py" "$@" "$place/$shown"; }
}
make small 10000
make large 100000
make office 20000 --documents 5000
status=0
"$python" "$here/verify.py" "$place/small" --large "$place/large" $strict || status=1
"$python" "$here/reading.py" "$place/office" $strict || status=1
"$python" "$here/approve.py" "$place/office" $strict || status=1
"$python" "$here/hook.py" "$place/office" $strict || status=1
"$python" "$here/copies.py" "$place/copies" $strict || status=1
if [ -n "$peers" ]; then
    "$python" "$here/records.py" "$place/records" $strict || status=1
    "$python" "$here/peers.py" "$place/small" ${TAF_PYTHON:+--taf-python "$TAF_PYTHON"} || status=1
    "$python" "$here/growing.py" "$place/large" $strict || status=1
fi
exit $status
