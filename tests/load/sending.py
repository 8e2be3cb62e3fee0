"""One kept connection to a server, whatever comes back over it."""

import http.client
import urllib.parse

SECONDS = 30.0


class Sender:
    """POSTs to one address. A connection that the server has closed is made anew. `seconds`: to wait for an answer."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        parts = urllib.parse.urlsplit(url)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=seconds)

    def post(self, body: bytes, content_type: str = "application/json") -> tuple[int, str]:
        """Status and text of the answer. Raises `OSError` where there is none."""
        headers = {"Content-Type": content_type.encode()} if content_type else {}
        try:
            return self._posted(body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._connection.close()
            return self._posted(body, headers)
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise OSError(f"no answer ({type(error).__name__})") from error

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _posted(self, body: bytes, headers: dict[str, bytes]) -> tuple[int, str]:
        self._connection.request("POST", self._path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.read().decode("utf-8")
