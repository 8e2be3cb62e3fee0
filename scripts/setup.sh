#!/usr/bin/env bash
# Brings what the project needs: uv, the locked Python packages, libvoikko with its Finnish dictionary.
set -euo pipefail

. "$(dirname "$0")/apt.sh"

python=$(command -v python3.11 || command -v python3 || true)
[ -n "$python" ] || fail "Python 3.11 is missing. Type: sudo apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
  || fail "Python 3.11 is needed, found $("$python" --version). Type: sudo apt-get install python3.11 python3.11-venv"

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  uv=var/uv/bin/uv
  if [ ! -x "$uv" ]; then
    echo "Installing uv …"
    "$python" -m venv var/uv || fail "a virtual environment cannot be made. Type: sudo apt-get install python3-venv"
    var/uv/bin/pip install --quiet --disable-pip-version-check uv || fail "uv could not be installed with pip."
  fi
fi

[ -x .venv/bin/python ] || "$uv" venv --quiet --python "$python" .venv
echo "Installing Python packages …"
VIRTUAL_ENV=.venv "$uv" pip sync --quiet --require-hashes requirements.lock \
  || fail "the Python packages could not be installed from requirements.lock."

voikko_works() { .venv/bin/python -c 'import libvoikko; libvoikko.Voikko("fi")' 2>/dev/null; }
if ! voikko_works; then
  hint="Type: sudo apt-get install libvoikko1 voikko-fi   (macOS: brew install libvoikko)"
  apt_install "the Finnish dictionary" "$hint" libvoikko1 voikko-fi
  voikko_works || fail "libvoikko is installed but finds no Finnish dictionary. $hint"
fi
