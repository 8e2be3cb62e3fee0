"""Accessibility rules (axe-core) run on a page at all sizes, in light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE, PHONE, ZOOMED = (1280, 800), (320, 640), (320, 256)  # ZOOMED: 1280×1024 at 400 %
VIEWPORTS = (WIDE, PHONE, ZOOMED)
SCHEMES = ("light", "dark")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PICTURES = Path(__file__).parent.parent.parent / "var" / "screenshots"
COLOURS = ("color-contrast", "link-in-text-block")  # the rules whose outcome depends on the colour scheme


def violations(page: Page, rules: tuple[str, ...] = TAGS) -> list[str]:
    """Each violation on the page as it is now: rule, where and the element. `rules`: tags or names of rules."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "tag" if rules == TAGS else "rule", "values": rules}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("(options) => axe.run(options)", options)
    found = [(rule["id"], node) for rule in result["violations"] for node in rule["nodes"]]
    return [f"{rule}: {node['target']} {node['html'][:120]}" for rule, node in found]


def everywhere(page: Page, name: str) -> dict[str, list[str]]:
    """`1280×800 light` and the like → violations; each is also photographed. The page is not loaded anew."""
    return {where: violations(page, COLOURS if "dark" in where else TAGS) for where in looks(page, name)}


def looks(page: Page, name: str) -> Iterator[str]:
    """Gives the page each size and scheme in turn; takes a picture of each size in one of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for width, height in VIEWPORTS:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            if (scheme == "dark") == ((width, height) == PHONE):
                page.screenshot(path=PICTURES / f"{name}-{width}x{height}-{scheme}.png")
            yield f"{width}×{height} {scheme}"
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
