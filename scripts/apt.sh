# Sourced by the other scripts: installs Debian packages, or says what to type.

fail() { echo "setup: $1" >&2; exit 1; }

# apt_install WHAT HINT PACKAGE...: WHAT is what the packages bring, in words.
apt_install() {
  local what=$1 hint=$2 as_root=""
  shift 2
  command -v apt-get >/dev/null || fail "$what is missing. $hint"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "$what is missing and there is no sudo. $hint"
    as_root="sudo"
  fi
  echo "Installing $what …"
  $as_root apt-get update -qq >/dev/null 2>&1 || true
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null \
    || fail "$what could not be installed. $hint"
}
