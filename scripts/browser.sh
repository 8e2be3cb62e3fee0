#!/usr/bin/env bash
# Brings what the browser tests need: Debian's Chromium.
set -euo pipefail
. "$(dirname "$0")/apt.sh"

command -v chromium >/dev/null || apt_install "Chromium" "Type: sudo apt-get install chromium" chromium fonts-noto-core
