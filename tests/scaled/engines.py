"""Private instances of Debian's PostgreSQL, Redis and RabbitMQ: own data, own ports, no service of the system."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from tests.scaled.process import Process

USER = "sote"
DATABASES = ("sote_knowledge", "sote_tracker", "sote_feedback")
POSTGRES_BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PLAIN = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def missing() -> list[str]:
    """Names of the programs that are not on this machine."""
    programs = [POSTGRES_BIN / "postgres", POSTGRES_BIN / "initdb", RABBIT]
    found = {str(program): program.is_file() for program in programs}
    found |= {name: shutil.which(name) is not None for name in ("redis-server", "epmd", "nginx")}
    return [name for name, there in found.items() if not there]


def own_folder(parent: Path, name: str, user: str) -> Path:
    """A new folder that belongs to the user who is to write there."""
    folder = parent / name
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, user, user)
    return folder


class Postgres:
    """`urls`: database → SQLAlchemy address."""

    def __init__(self, parent: Path, port: int) -> None:
        folder = own_folder(parent, "postgres", "postgres")
        self._password = secrets.token_hex(16)
        self._port = port
        self._create(folder)
        command: list[str | Path] = [POSTGRES_BIN / "postgres", "-D", folder / "data", "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        self.process = Process("PostgreSQL", command, port, folder / "log", PLAIN, "postgres", signal.SIGINT)
        self.urls = {name: self.url(name) for name in DATABASES}

    def url(self, database: str) -> str:
        """Its address, with the time-outs that `deploy/.env.example` recommends."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self._port}/{database}?connect_timeout=2"

    def start(self) -> None:
        """Start and create the databases."""
        self.process.start()
        self.process.wait_until_listening()
        asked: list[str | Path] = [POSTGRES_BIN / "pg_isready", "--quiet", f"--dbname={self.url('postgres')}"]
        while subprocess.run(asked, env=PLAIN).returncode:  # it listens before it lets anybody in
            time.sleep(0.1)
        with closing(psycopg2.connect(self.url("postgres"))) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            for name in DATABASES:
                cursor.execute(f"CREATE DATABASE {name}")

    def rows(self, database: str, query: str, *values: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with closing(psycopg2.connect(self.url(database))) as connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())

    def events(self, sender: str) -> list[str]:
        """Kinds of a conversation's events, in their order."""
        query = "SELECT type_name FROM events WHERE sender_id = %s ORDER BY id"
        return [kind for (kind,) in self.rows("sote_tracker", query, sender)]

    def _create(self, folder: Path) -> None:
        secret = folder / "password"
        secret.write_text(self._password, encoding="ascii")
        command: list[str | Path] = [
            POSTGRES_BIN / "initdb",
            "-D",
            folder / "data",
            "-U",
            USER,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        command += ["--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(command, check=True, capture_output=True, env=PLAIN, user=user, group=user)


def redis(parent: Path, port: int) -> Process:
    """Locks live for seconds: nothing is written to disk."""
    folder = own_folder(parent, "redis", "redis")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return Process("Redis", [*command, "--dir", folder], port, folder / "log", PLAIN, "redis")


class Rabbit:
    """With an own port mapper, so that no other instance is seen or disturbed. `url`: AMQP address."""

    def __init__(self, parent: Path, port: int, mapper_port: int, node_port: int) -> None:
        folder = own_folder(parent, "rabbitmq", "rabbitmq")
        password = secrets.token_hex(16)
        self.url = f"amqp://{USER}:{password}@127.0.0.1:{port}/"
        settings = folder / "rabbitmq.conf"
        listed = {"listeners.tcp.1": f"127.0.0.1:{port}", "default_user": USER, "default_pass": password}
        settings.write_text("".join(f"{key} = {value}\n" for key, value in listed.items()), encoding="ascii")
        env = {
            **PLAIN,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper_port),
            "HOME": str(folder),
            "RABBITMQ_CONFIG_FILE": str(settings),
            "RABBITMQ_DIST_PORT": str(node_port),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_NODENAME": "sote@localhost",
        }
        mapper = ["epmd", "-port", str(mapper_port), "-address", "127.0.0.1"]
        self.mapper = Process("epmd", mapper, mapper_port, folder / "epmd.log", env, "rabbitmq")
        self.process = Process("RabbitMQ", [RABBIT], port, folder / "log", env, "rabbitmq")

    def start(self) -> None:
        """Start both."""
        self.mapper.start()
        self.mapper.wait_until_listening()
        self.process.start()
