"""What can go wrong with a request, before it is put into words (`web.errors`)."""


class RefusedError(Exception):
    """A request that is refused. `name`: of the sentence that tells why (`texts.yml`), with its `fields`; `wait`:
    seconds until one may try again.
    """

    def __init__(self, name: str, status: int = 400, wait: int = 0, **fields: object) -> None:
        super().__init__(name)
        self.name = name
        self.status = status
        self.headers = {"Retry-After": str(wait)} if wait else {}
        self.fields = fields


class UnavailableError(Exception):
    """Rasa did not answer, or not as it should."""
