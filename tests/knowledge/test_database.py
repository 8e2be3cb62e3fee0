"""A database opened on first use."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.database import Database, file_of

TABLES = sa.MetaData()
THING = sa.Table("thing", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Index("ix_thing", "id"))


def test_folder_table_and_index_are_made_on_first_use(tmp_path: Path) -> None:
    file = tmp_path / "new" / "things.db"
    database = Database(sa.create_engine(f"sqlite:///{file}", future=True), TABLES)
    assert not file.exists()
    with database.begin() as connection:
        connection.execute(THING.insert(), [{"id": 1}])
    with database.begin() as connection:
        assert sa.inspect(connection).get_indexes("thing")[0]["name"] == "ix_thing"
        assert connection.execute(sa.select(THING.c.id)).scalars().all() == [1]


def test_tables_that_are_not_ours_are_found_at_each_use(tmp_path: Path) -> None:
    def refuse(_connection: Connection, table: sa.Table) -> None:
        raise ValueError(f"{table.name} is not ours")

    database = Database(sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}", future=True), TABLES, refuse)
    for _ in range(2):
        with pytest.raises(ValueError, match="thing is not ours"), database.begin():
            pass


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///var/a.db", Path("var/a.db")), ("sqlite:////srv/a.db", Path("/srv/a.db")), ("sqlite://", None),
        ("sqlite:///:memory:", None), ("postgresql+psycopg2://user:secret@db/a", None),
    ],
)  # fmt: skip
def test_the_file_of_an_address(url: str, file: Path | None) -> None:
    assert file_of(url) == file
