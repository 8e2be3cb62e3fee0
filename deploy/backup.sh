#!/usr/bin/env bash
# Saves conversations, feedback and the knowledge base of PostgreSQL, and deletes backups that are too old.
# Reads SOTE_TRACKER_URL, SOTE_FEEDBACK_URL, SOTE_DATABASE_URL, SOTE_BACKUPS and SOTE_BACKUP_DAYS.
set -euo pipefail

fail() { echo "backup: $1" >&2; exit 1; }

: "${SOTE_BACKUPS:?backup: SOTE_BACKUPS names no folder}"
days=${SOTE_BACKUP_DAYS:-7}
[[ $days =~ ^[0-9]+$ ]] || fail "SOTE_BACKUP_DAYS: '$days' is not a number of days"
umask 077
target=$SOTE_BACKUPS/$(date --utc +%Y%m%dT%H%M%SZ)
mkdir -p "$target.part"
trap 'rm -rf "$target.part"' EXIT

# save NAME URL: a dump of the one database; pg_dump knows libpq's addresses, not SQLAlchemy's drivers.
save() {
  [[ $2 == postgresql* ]] || fail "$1 is not in PostgreSQL"
  pg_dump --format=custom --file="$target.part/$1.dump" --dbname="${2/#postgresql+psycopg2:/postgresql:}"
  pg_restore --list "$target.part/$1.dump" >/dev/null || fail "the backup of $1 cannot be read"
}

save tracker "${SOTE_TRACKER_URL:?}"
save feedback "${SOTE_FEEDBACK_URL:?}"
save knowledge "${SOTE_DATABASE_URL:?}"
mv "$target.part" "$target"
find "$SOTE_BACKUPS" -mindepth 1 -maxdepth 1 -type d -mtime "+$((days - 1))" -exec rm -rf {} +
echo "$target"
