"""A slow network in front of a server of this machine."""

import asyncio
import threading
from contextlib import suppress

from tests.servers import free_ports


class Delaying:
    """Passes bytes on to `target`, what goes there only after `seconds`, which may be changed at any time."""

    def __init__(self, target: int) -> None:
        self.port = free_ports(1)[0]
        self.seconds = 0.0
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Delaying":
        """Begin to listen."""
        self._thread.start()
        listening = asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more; what is under way is dropped."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._pass(reader, back, slow=True), self._pass(there, writer, slow=False))

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, slow: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await asyncio.sleep(self.seconds if slow else 0)
                target.write(data)
                await target.drain()
        target.close()
