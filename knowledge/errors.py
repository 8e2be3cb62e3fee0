"""The error family of the knowledge base; translated to words only at the edges (CLI, action, web)."""


class KnowledgeError(Exception):
    """Anything the knowledge base can report. The message is one line, fit for a terminal."""


class ContentError(KnowledgeError):
    """Content files that cannot be used. `problems` holds one line for each: file, entry, field, reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{len(problems)} problem(s) in the content:\n" + "\n".join(f"  {p}" for p in problems))
        self.problems = problems


class StoreError(KnowledgeError):
    """The built base is missing, unreadable, or of another version."""


class UnknownFactError(KnowledgeError):
    """No fact has the asked id."""


class SettingsError(KnowledgeError):
    """A setting has a value that cannot be used. The message names the key."""
