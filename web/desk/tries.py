"""How often a password may be tried."""

from collections import OrderedDict, deque
from collections.abc import Callable

LIMIT = 5  # tries of a client in the window
WINDOW = 15 * 60  # seconds
ALL = 50  # tries of all clients in the window; after them everybody waits
PAUSE = 10  # seconds between tries then
CLIENTS = 5_000  # that are remembered, the latest ones


class Tries:
    """Counts tries by client and together. `clock`: seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._of: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque(maxlen=ALL)

    def begin(self, client: str) -> int:
        """Count a try, before its password is looked at. 0, or the seconds to wait where it may not be made."""
        now = self._clock()
        mine = self._recent(client, now)
        if len(mine) >= LIMIT:
            return _whole(mine[0] + WINDOW - now)
        if len(self._all) == ALL and now - self._all[0] < WINDOW and now - self._all[-1] < PAUSE:
            return _whole(self._all[-1] + PAUSE - now)
        mine.append(now)
        self._all.append(now)
        return 0

    def succeeded(self, client: str) -> None:
        """Forget the client's tries."""
        self._of.pop(client, None)

    def __len__(self) -> int:
        """Clients that are remembered."""
        return len(self._of)

    def _recent(self, client: str, now: float) -> deque[float]:
        mine = self._of.setdefault(client, deque(maxlen=LIMIT))
        self._of.move_to_end(client)
        while mine and now - mine[0] >= WINDOW:
            mine.popleft()
        while len(self._of) > CLIENTS:
            self._of.popitem(last=False)
        return mine


def _whole(seconds: float) -> int:
    return max(int(seconds) + 1, 1)
