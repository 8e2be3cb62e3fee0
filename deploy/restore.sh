#!/usr/bin/env bash
# Puts a backup of backup.sh back in the place of what the databases hold: restore.sh FOLDER. Each database comes back
# whole or not at all. Stop the workers first; run `python -m bot purge` afterwards, as the backup may hold conversations
# whose time is over.
set -euo pipefail

fail() { echo "restore: $1" >&2; exit 1; }

[ $# = 1 ] || fail "give the folder of a backup"
for name in tracker feedback knowledge; do
  [ -s "$1/$name.dump" ] || fail "$1 holds no $name.dump"
done

restore() {
  [[ $2 == postgresql* ]] || fail "$1 is not in PostgreSQL"
  pg_restore --clean --if-exists --no-owner --single-transaction --exit-on-error \
    --dbname="${2/#postgresql+psycopg2:/postgresql:}" "$folder/$1.dump"
}

folder=$1
restore tracker "${SOTE_TRACKER_URL:?}"
restore feedback "${SOTE_FEEDBACK_URL:?}"
restore knowledge "${SOTE_DATABASE_URL:?}"
echo "restored from $folder"
