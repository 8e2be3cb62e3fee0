"""How often a client may write: a token bucket for each, in bounded memory."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

CLIENTS = 10_000  # remembered at once; of more, those silent for longest are forgotten
_NOISE = 1e-6  # of sums of fractions


class RateLimit:
    """`rate`: messages a minute, which may also come all at once. `clock`: seconds that only grow."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic, clients: int = CLIENTS) -> None:
        self._rate = rate
        self._clock = clock
        self._clients = clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client → tokens left, at what time

    def __len__(self) -> int:
        """Clients remembered."""
        return len(self._buckets)

    def wait(self, client: str) -> int:
        """0 where the client may write now, and takes one token; else the whole seconds until it may."""
        now = self._clock()
        left, since = self._buckets.pop(client, (float(self._rate), now))
        left = min(float(self._rate), left + (now - since) * self._rate / 60)
        allowed = left > 1 - _NOISE
        self._buckets[client] = (left - 1 if allowed else left, now)
        while len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - left) * 60 / self._rate - _NOISE)


def client_of(peer: str, forwarded: str, proxies: Collection[str]) -> str:
    """Whom to count the request to: the peer, or where that is a trusted proxy, the last address in
    `X-Forwarded-For` that is not one. Of an IPv6 address the /64 network, which one household has.
    """
    client = direct = _address(peer)
    if direct is not None and str(direct) in proxies:
        for part in reversed(forwarded.split(",")):
            address = _address(part)
            if address is None:
                break
            client = address
            if str(address) not in proxies:
                break
    return _network(client) if client else peer


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _network(address: IPv4Address | IPv6Address) -> str:
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
