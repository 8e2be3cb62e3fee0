"""Measures the residents' chat: size, script time at load, time to an answer, and the table of accessibility rules.

python -m tests.browser.measure
"""

import gzip
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.axe import SCHEMES, VIEWPORTS, everywhere
from tests.browser.chat import Chat, states
from tests.evaluation.dataset import questions
from tests.servers import Ports, free_ports, started

STATIC = Path(__file__).parent.parent.parent / "web" / "static"
SLOWED = 4  # times: a slow phone
LOADS, WARM_UP, QUESTIONS = 7, 5, 30
QUIET = 1500  # milliseconds: what the chat does at load is over; a locator that waits would run scripts of its own
# Milliseconds from the press of Enter to the frame in which the answer is painted, and of the request in them.
TIMED = """(text) => new Promise((done) => {
  const root = document.querySelector('sote-opas').shadowRoot;
  const [log, input] = [root.querySelector('[role=log]'), root.querySelector('#question')];
  const told = log.querySelectorAll('.bot').length;
  const watch = new MutationObserver(() => {
    if (log.querySelectorAll('.bot').length === told) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      const requests = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/api/message'));
      done([performance.now() - begun, requests[requests.length - 1].duration]);
    });
  });
  watch.observe(log, { childList: true });
  input.value = text;
  const begun = performance.now();
  input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
})"""


def sizes() -> Iterator[str]:
    """Bytes of each file as sent compressed."""
    small = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("widget.js", "widget.css")}
    for name, size in [*small.items(), ("together", sum(small.values()))]:
        yield f"{name}: {size} bytes gzip"


def load(browser: Browser, site: str) -> Iterator[str]:
    """Milliseconds of script until the greeting is there, with the processor slowed."""
    spent = []
    for _ in range(LOADS):
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        # The thread's own time, so that other processes on the machine do not count.
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        with page.expect_response("**/api/greeting"):
            page.goto(f"{site}/keskustelu")
        page.wait_for_timeout(QUIET)
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        spent.append(metrics["ScriptDuration"] * 1000)
        page.close()
    yield f"script at load, {SLOWED} times slowed: median {statistics.median(spent):.0f} ms, worst {max(spent):.0f} ms"


def answers(page: Page) -> Iterator[str]:
    """Milliseconds from Enter to the answer on the page."""
    Chat(page).greeting.wait_for()
    asked = [question.text for question in questions() if question.kind == "answer"][::10]
    times = [page.evaluate(TIMED, text) for text in asked[: WARM_UP + QUESTIONS]][WARM_UP:]
    wholes, requests = zip(*times, strict=True)
    p95 = statistics.quantiles(wholes, n=20, method="inclusive")[18]
    yield f"Enter to answer, {len(times)} questions: p50 {statistics.median(wholes):.0f} ms, p95 {p95:.0f} ms"
    yield f"of which the request: p50 {statistics.median(requests):.0f} ms"


def table(page: Page) -> Iterator[str]:
    """Violations in each state, size and scheme."""
    looks = [f"{width}×{height} {scheme}" for width, height in VIEWPORTS for scheme in SCHEMES]
    yield " | ".join(["state", *looks])
    total: Counter[str] = Counter()
    for state in states(Chat(page)):
        found = {where: len(lines) for where, lines in everywhere(page, f"page-{state}").items()}
        total.update(found)
        yield " | ".join([state, *(str(found[look]) for look in looks)])
    yield " | ".join(["all", *(str(total[look]) for look in looks)])


def main() -> int:
    """Starts the servers, measures and prints."""
    executable = shutil.which("chromium")
    if executable is None:
        print("measure: there is no chromium on the PATH", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Ports(*free_ports(4)), Path(folder)) as servers,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{servers.web_url}/keskustelu")
        for lines in (sizes(), load(browser, servers.web_url), answers(page), table(page)):
            print(*lines, "", sep="\n", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
