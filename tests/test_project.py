"""Promises about the project as a whole: who imports whom, what is in the tree, what the documents say."""

import ast
import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.loading import CONTENT, read_yaml
from knowledge.settings import read

ROOT = Path(__file__).parent.parent
OURS = {"knowledge", "actions", "bot", "web", "tests"}
FRAMEWORKS = {"rasa", "rasa_sdk", "aiohttp", "aiohttp_jinja2", "sanic"}
# Folder → what must not be imported in it.
FORBIDDEN = {
    "knowledge": (OURS | FRAMEWORKS) - {"knowledge"},
    "actions": OURS - {"knowledge", "actions"},
    "bot": OURS - {"knowledge", "bot"},
    "web": OURS - {"knowledge", "web"},
}
# Written so that this file does not hold what it looks for.
HOSTS = re.compile(
    r"pyp[i](?:\.|-mirror|/simple(?![-\w]))|pythonhoste[d]|npmj[s]\.|proxy\.golan[g]|--(?:extra-)?index-ur[l]", re.I
)
HOMES = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp)(?=/\w)")
# Made by `make` and not in the tree, or the person's own.
MADE = ("var/", "models/", ".venv/", ".env")
SUFFIXES = (".md", ".yml", ".yaml", ".toml", ".py", ".lock", ".sh", ".json", ".jsonl", ".example", ".txt", ".tsv")


def tracked() -> list[Path]:
    """Files of the tree: those git knows, and new ones that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def text_files() -> Iterator[tuple[str, str]]:
    """Name and text of each tracked file that is text."""
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            yield path.relative_to(ROOT).as_posix(), data.decode("utf-8", "replace")


def imported(path: Path) -> set[str]:
    """Top-level names of what a module imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            found.add(str(node.module).split(".")[0])
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found |= {str(a.value).split(".")[0] for a in node.args if isinstance(a, ast.Constant)}
    return found


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_who_imports_whom(folder: str) -> None:
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert modules
    wrong = {path.relative_to(ROOT).as_posix(): imported(path) & FORBIDDEN[folder] for path in modules}
    assert {name: found for name, found in wrong.items() if found} == {}


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_the_patterns_find_what_they_are_for() -> None:
    package_host, home = "https://pyp" + "i.org/simple", "open('/wor" + "k/main/x')"
    assert HOSTS.search(package_host)
    assert HOSTS.search("--index-ur" + "l=http://mirror")
    assert HOMES.search(home)
    assert not HOMES.search("https://example.org/home/x")
    assert not HOMES.search("../shared/work/x")


def test_no_file_names_a_package_registry() -> None:
    assert [line for line in lines_with(HOSTS) if "--no-emit-index-url" not in line] == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    # What deploy/ starts has a temporary folder of its own.
    deployed = ("deploy/", "docs/operations.md")
    own = "/t" + "mp/"
    found = [line.replace(own, "") if line.startswith(deployed) else line for line in lines_with(HOMES)]
    assert [line for line in found if HOMES.search(line)] == []


def test_nothing_secret_or_made_is_in_the_tree() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if name.startswith(MADE) and name != ".env.example"] == []
    assert [name for name in names if name.endswith((".db", ".sqlite", ".tar.gz", ".pyc", ".log", ".pem"))] == []


def packages() -> dict[str, list[str]]:
    """Line `name==version` of the lock → its hashes."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        text = line.rstrip("\\ ")
        if not line.startswith((" ", "#")) and text:
            found[text] = []
        elif "--hash=" in line:
            found[list(found)[-1]].append(text.strip())
    return found


def test_every_locked_package_has_a_version_and_hashes() -> None:
    locked = packages()
    assert len(locked) > 50
    assert [name for name in locked if not re.match(r"[\w.-]+(?:\[[\w,-]+\])?==[\w.+!]+(?: ; .+)?$", name)] == []
    hashed = re.compile(r"--hash=sha256:[0-9a-f]{64}")
    assert [name for name, hashes in locked.items() if not hashes or not all(map(hashed.fullmatch, hashes))] == []


def test_the_lock_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"https?:|git\+|file:|\s@\s", text) == []


def test_every_dependency_is_locked() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    named = {name.lower() for block in lists for name in re.findall(r'^\s+"([\w-]+)', block, re.MULTILINE)}
    assert len(named) > 15
    assert named - {line.split("==")[0].split("[")[0].lower() for line in packages()} == set()


def test_no_source_document_is_in_the_tree() -> None:
    sources = read_yaml(CONTENT / "sources.yml")["sources"]
    hashes = {source["sha256"] for source in sources}
    names = {source["file"] for source in sources}
    assert len(hashes) == 5
    for path in tracked():
        assert path.name not in names, path
        assert hashlib.sha256(path.read_bytes()).hexdigest() not in hashes, path


@pytest.mark.integration
def test_no_sentence_of_a_source_document_is_in_the_tree() -> None:
    folder = read().sources
    if folder is None:
        pytest.skip("the source documents are not here")
    sources = read_yaml(CONTENT / "sources.yml")["sources"]
    runs = {run for source in sources for run in word_runs((folder / source["file"]).read_text(encoding="utf-8"))}
    found = {name: sorted(runs & set(word_runs(text))) for name, text in text_files() if name != "requirements.lock"}
    assert {name: copied[:3] for name, copied in found.items() if copied} == {}


def word_runs(text: str, length: int = 20) -> Iterator[str]:
    """Runs of words too long to be written alike by chance: lists of names and titles run to 19."""
    words = re.findall(r"\w+", text.casefold())
    return (" ".join(words[n : n + length]) for n in range(len(words) - length + 1))


def readme() -> str:
    path = ROOT / "README.md"
    if not path.is_file():
        pytest.skip("there is no README.md yet")
    return path.read_text(encoding="utf-8")


def code() -> list[str]:
    """The words of the README's code: spans and blocks."""
    blocks = re.findall(r"^```.*?\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", readme(), flags=re.MULTILINE | re.DOTALL))
    return [word for text in [*blocks, *spans] for word in text.split()]


def test_the_readmes_paths_exist() -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", readme())
    words = [word.strip(",;:()'\"") for word in code()]
    paths = [w for w in words if re.fullmatch(r"\w[\w./*-]*|\.\w[\w./*-]*", w) and ("/" in w or w.endswith(SUFFIXES))]
    missing = [path for path in [*links, *paths] if not path.startswith(MADE) and not list(ROOT.glob(path))]
    assert missing == []


def test_the_readmes_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", readme()))
    assert named
    assert named <= targets


def test_the_readmes_settings_exist() -> None:
    listed = set(re.findall(r"^(SOTE_\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"SOTE_[A-Z_]*[A-Z]", readme())) <= listed
