"""The whole scaled deployment on free ports of this machine: `deploy/`'s nginx and endpoints, private engines."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT
from knowledge.store import Store
from tests.scaled.copying import copy_base
from tests.scaled.engines import PLAIN, Postgres, Rabbit, own_folder, redis
from tests.scaled.process import Process
from tests.servers import MANY, free_ports

DEPLOY = ROOT / "deploy"
WORKERS = 2  # of each kind
NGINX_USER = "www-data"


@dataclass(frozen=True)
class Stack:
    """`web_url`, `rasa_url`: what nginx listens on. `folder`: of the logs."""

    web_url: str
    rasa_url: str
    folder: Path
    postgres: Postgres
    redis: Process
    rabbit: Rabbit
    nginx: Process
    rasa: tuple[Process, ...]
    actions: tuple[Process, ...]
    web: tuple[Process, ...]

    @property
    def workers(self) -> tuple[Process, ...]:
        """All of ours."""
        return (*self.actions, *self.rasa, *self.web)

    @property
    def logs(self) -> str:
        """What all workers and nginx have written."""
        files = [*self.folder.glob("*.log"), *(self.folder / "nginx").glob("*log")]
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


@dataclass(frozen=True)
class Ports:
    """Two of each worker, three of nginx, and the engines'."""

    rasa: list[int]
    actions: list[int]
    web: list[int]
    nginx: list[int]
    engines: list[int]

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nothing listens on."""
        found = free_ports(3 * WORKERS + 7)
        rasa, actions, web = (found[n * WORKERS : (n + 1) * WORKERS] for n in range(3))
        return cls(rasa, actions, web, nginx=found[-7:-4], engines=found[-4:])


@contextmanager
def running(place: Path, postgres: Postgres, base: Store) -> Iterator[Stack]:
    """Everything, ready. `place`: a new folder that all users may pass through; `base`: copied into PostgreSQL."""
    ports = Ports.free()
    copy_base(base, Store(postgres.urls["sote_knowledge"]))
    rabbit = Rabbit(place, *ports.engines[1:])
    locks = redis(place, ports.engines[0])
    nginx = _nginx(place, ports)
    settings = _settings(ports, postgres, rabbit)
    kinds = {
        "actions": _workers("actions", [sys.executable, "-m", "actions"], ports.actions, place, settings),
        "rasa": _workers("rasa", _rasa(), ports.rasa, place, settings),
        "web": _workers("web", [sys.executable, "-m", "web"], ports.web, place, settings),
    }
    addresses = [f"http://127.0.0.1:{port}" for port in ports.nginx]
    stack = Stack(addresses[0], addresses[1], place, postgres, locks, rabbit, nginx, **kinds)
    with ExitStack() as stopping:
        for process in (rabbit.mapper, rabbit.process, locks, nginx, *stack.workers):
            stopping.callback(process.stop)
        rabbit.start()
        for process in (locks, nginx, *stack.workers):
            process.start()
        for process in (rabbit.process, locks, nginx, *stack.workers):
            process.wait_until_listening()
        yield stack


def fill(template: str, values: Mapping[str, str]) -> str:
    """As envsubst fills it in: `${SOTE_…}` only. Raises `KeyError` for one without a value."""
    return re.sub(r"\$\{(SOTE_\w+)\}", lambda found: values[found[1]], template)


def nginx_values(ports: Ports, folder: Path) -> dict[str, str]:
    """For the template, as `deploy/.env.example` lists them."""
    servers = {"WEB": ports.web, "RASA": ports.rasa, "ACTIONS": ports.actions}
    upstream = " max_fails=1 fail_timeout=2s;"
    listed = {
        f"SOTE_{kind}_SERVERS": " ".join(f"server 127.0.0.1:{port}{upstream}" for port in used)
        for kind, used in servers.items()
    }
    listens = [f"127.0.0.1:{port}" for port in ports.nginx]
    return listed | {
        "SOTE_LISTEN": listens[0],
        "SOTE_RASA_LISTEN": listens[1],
        "SOTE_ACTIONS_LISTEN": listens[2],
        "SOTE_FLOOD": MANY,
        "SOTE_FLOOD_BURST": MANY,
        "SOTE_ACCESS_LOG": str(folder / "access.log"),
        "SOTE_ERROR_LOG": str(folder / "error.log"),
        "SOTE_UNAVAILABLE": example()["SOTE_UNAVAILABLE"],
    }


def example() -> dict[str, str]:
    """The settings of `deploy/.env.example`."""
    lines = (DEPLOY / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def write_nginx(folder: Path, ports: Ports) -> Path:
    """The filled template inside a smallest configuration; its path."""
    filled = fill((DEPLOY / "nginx.conf.template").read_text(encoding="utf-8"), nginx_values(ports, folder))
    (folder / "sote-opas.conf").write_text(filled, encoding="utf-8")
    paths = "".join(
        f"{kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    events = "events { worker_connections 1024; }"
    head = (
        f"worker_processes 1;\ndaemon off;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'} warn;\n{events}\n"
    )
    http = f"http {{\ninclude /etc/nginx/mime.types;\n{paths}include sote-opas.conf;\n}}\n"
    main.write_text(head + http, encoding="utf-8")
    return main


def _nginx(place: Path, ports: Ports) -> Process:
    folder = own_folder(place, "nginx", NGINX_USER)
    main = write_nginx(folder, ports)
    command: list[str | Path] = ["nginx", "-p", folder, "-e", folder / "error.log", "-c", main]
    return Process("nginx", command, ports.nginx[0], folder / "start.log", PLAIN, NGINX_USER)


def _settings(ports: Ports, postgres: Postgres, rabbit: Rabbit) -> dict[str, str]:
    """The environment of the workers: nothing but settings makes them the scaled deployment."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("SOTE_")},
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": "127.0.0.1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SOTE_ACTIONS_URL": f"http://127.0.0.1:{ports.nginx[2]}/webhook",
        "SOTE_BROKER_URL": rabbit.url,
        "SOTE_DATABASE_URL": postgres.urls["sote_knowledge"],
        "SOTE_FEEDBACK_URL": postgres.urls["sote_feedback"],
        "SOTE_RASA_URL": f"http://127.0.0.1:{ports.nginx[1]}",
        "SOTE_REDIS_URL": f"redis://127.0.0.1:{ports.engines[0]}/1",
        "SOTE_TRACKER_URL": postgres.urls["sote_tracker"],
        "SOTE_WEB_PROXIES": "127.0.0.1",
        "SOTE_WEB_RATE": MANY,
        "SOTE_WEB_SECRET": "0" * 64,
    }


def _rasa() -> list[str]:
    command = [str(Path(sys.executable).parent / "rasa"), "run", "--interface", "127.0.0.1", "--port", "{port}"]
    command += ["--model", str(ROOT / "models" / "sote-opas.tar.gz"), "--endpoints", str(DEPLOY / "endpoints.yml")]
    return [*command, "--credentials", str(ROOT / "credentials.yml")]


def _workers(
    kind: str, command: list[str], ports: list[int], place: Path, settings: Mapping[str, str]
) -> tuple[Process, ...]:
    """One for each port; `{port}` in the command stands for it."""
    return tuple(
        Process(
            f"{kind} {n}",
            [part.replace("{port}", str(port)) for part in command],
            port,
            place / f"{kind}-{n}.log",
            {**settings, f"SOTE_{kind.upper()}_PORT": str(port)},
            cwd=ROOT,
        )
        for n, port in enumerate(ports)
    )
