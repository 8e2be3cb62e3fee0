"""Action server, Rasa and web app as on one machine, each a process of its own, as systemd starts them."""

import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import running, settings
from bot.conversations import Conversations
from bot.settings import ROOT, Settings
from knowledge import settings as knowledge_settings
from knowledge.store import Store
from tests.faults.delaying import Delaying
from tests.scaled.process import Process
from tests.servers import MANY, free_ports


@dataclass(frozen=True)
class Embedded:
    """`base`, `model`: files of its own, which a test may spoil. `disk`: where conversations, feedback and logs are.

    `between`: what Rasa's calls to the action server go through.
    """

    chosen: Settings
    base: Path
    disk: Path
    between: Delaying
    actions: Process
    rasa: Process
    web: Process

    @property
    def web_url(self) -> str:
        """The address a person opens."""
        return self.chosen.web_url

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.chosen.model

    @property
    def store(self) -> Store:
        """The base, as the action server reads it."""
        return Store(f"sqlite:///{self.base}")

    @property
    def conversations(self) -> Conversations:
        """The conversations, as Rasa writes them."""
        return Conversations(self.chosen.tracker_url)

    def said(self, sender: str) -> list[str]:
        """What the person has said by what is stored, in its order."""
        return [str(event["text"]) for event in self.conversations.whole(sender) if event["event"] == "user"]


@contextmanager
def started(folder: Path, disk: Path) -> Iterator[Embedded]:
    """All three, answering; stopped at the end."""
    base, model = folder / "knowledge.db", folder / "model.tar.gz"
    shutil.copy(knowledge_settings.read({}).database_url.removeprefix("sqlite:///"), base)
    shutil.copy(settings.read({}).model, model)
    chosen = _settings(folder, disk, model)
    with Delaying(chosen.actions_port) as between, ExitStack() as stopping:
        environment = _environment(chosen, base, disk, between.port)
        ports = {"actions": chosen.actions_port, "rasa": chosen.rasa_port, "web": chosen.web_port}
        processes = {
            name: Process(name, shlex.split(command), ports[name], disk / f"{name}.log", environment, cwd=ROOT)
            for name, command in running.commands(chosen).items()
        }
        for process in processes.values():
            stopping.callback(process.stop)
            process.start()
        for process in processes.values():
            process.wait_until_listening()
        yield Embedded(chosen, base, disk, between, **processes)


def _settings(folder: Path, disk: Path, model: Path) -> Settings:
    rasa, actions, web = map(str, free_ports(3))
    given = {"SOTE_RASA_PORT": rasa, "SOTE_ACTIONS_PORT": actions, "SOTE_WEB_PORT": web, "SOTE_MODEL": str(model)}
    given |= {"SOTE_LOG": str(folder / "run.log"), "SOTE_TRACKER_URL": f"sqlite:///{disk / 'conversations.db'}"}
    return settings.read(given)


def _environment(chosen: Settings, base: Path, disk: Path, between: int) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SOTE_")}
    return {
        **kept,
        **chosen.environment(),
        "PYTHONPATH": str(ROOT),
        "SOTE_ACTIONS_URL": f"http://127.0.0.1:{between}/webhook",
        "SOTE_DATABASE_URL": f"sqlite:///{base}",
        "SOTE_FEEDBACK_URL": f"sqlite:///{disk / 'feedback.db'}",
        "SOTE_WEB_RATE": MANY,
    }
