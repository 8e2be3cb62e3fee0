#!/usr/bin/env bash
# Brings what the tests of the scaled deployment need: Debian's PostgreSQL, Redis, RabbitMQ and nginx. The tests start
# instances of their own; the services that Debian would start on installing are kept from starting.
set -euo pipefail
. "$(dirname "$0")/apt.sh"

there() { command -v redis-server nginx epmd && ls /usr/lib/postgresql/*/bin/postgres /usr/lib/rabbitmq/bin/rabbitmq-server; }

if ! there >/dev/null 2>&1; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap '$as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
    $as_root chmod 755 $policy
  fi
  packages=(postgresql redis-server rabbitmq-server nginx)
  apt_install "PostgreSQL, Redis, RabbitMQ and nginx" "Type: sudo apt-get install ${packages[*]}" "${packages[@]}"
  there >/dev/null || fail "the packages of PostgreSQL, Redis, RabbitMQ and nginx are installed but not where Debian has them."
fi
