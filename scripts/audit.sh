#!/usr/bin/env bash
# Compares the lock with what the index serves, and every locked package with the known advisories. Fails on anything
# that is not in scripts/audit-exceptions.txt, and where the advisories could not be read. Needs uv and the network.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$(command -v uv || echo var/uv/bin/uv)
exceptions=scripts/audit-exceptions.txt
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cp requirements.lock "$folder/lock"
"$uv" pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-annotate --no-header \
  --python-version 3.11 --quiet --output-file "$folder/lock" >/dev/null
if ! diff --unified=0 requirements.lock "$folder/lock" >"$folder/changes"; then
  # A package may publish further files of a version; what was locked must still be served.
  if grep --quiet '^-[^-]' "$folder/changes"; then
    cat "$folder/changes" >&2
    echo "audit: the index no longer serves what is locked, or pyproject.toml and the lock differ" >&2
    exit 1
  fi
fi
echo "audit: the lock fits pyproject.toml and the hashes that the index serves"

ignored=()
while read -r id _; do ignored+=(--ignore-vuln "$id"); done < <(grep -v '^#' "$exceptions")
# --strict: a package that could not be looked up is a failure, not a package without advisories.
"$uv" tool run --quiet pip-audit==2.10.1 --strict --require-hashes --disable-pip --requirement requirements.lock \
  "${ignored[@]}"
