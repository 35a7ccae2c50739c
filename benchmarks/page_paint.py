"""First paint of the pages and a zoom, in chromium over loopback, beside what the server takes.

    python -m benchmarks.page_paint HOME [WORDS]

HOME is a warehouse, WORDS say what is in it. Each page is opened once to warm, then nine times with
an empty cache; the table is what docs/page-speed.md holds.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import httpx
from playwright.sync_api import Browser, sync_playwright

RUNS: Final = 9
ADDRESSES: Final = (
    "/",
    "/cells",
    "/cells/{cell}",
    "/tests",
    "/tests/{test}",
    "/spectra",
    "/studies",
    "/search?q={name}",
    "/compare?cells={cells}",
)
MOST_COMPARED: Final = 50
SWITCHES: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
PAINT: Final = """() => {
    const [navigation] = performance.getEntriesByType("navigation");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    const all = [navigation, ...performance.getEntriesByType("resource")];
    return [navigation.responseEnd - navigation.requestStart, paint.startTime,
            all.reduce((sum, each) => sum + each.transferSize, 0)];
}"""
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint').length"
HEARD: Final = """() => addEventListener("keydown", (event) => requestAnimationFrame(() =>
    requestAnimationFrame(() => { window.zoomed = performance.now() - event.timeStamp; })), true)"""


@dataclass(frozen=True, slots=True)
class Speed:
    """A page: milliseconds until its text is there and until it is painted, and bytes in all."""

    address: str
    answer_ms: float
    paint_ms: float
    slowest_ms: float
    bytes: float


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Run a service on a warehouse and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LEYDEN_HOME": str(home), "LEYDEN_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "leyden", "serve", "--port", str(port), "--quiet"]
    with subprocess.Popen(command, env=environment) as server:  # noqa: S603 # our own program
        address = f"http://127.0.0.1:{port}"
        try:
            while True:
                try:
                    if httpx.get(f"{address}/healthz").status_code == httpx.codes.OK:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()


def speed(browser: Browser, site: str, address: str) -> Speed:
    """Return how quick a page is, each time with an empty cache."""
    told = []
    for run in range(RUNS + 1):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        tab = context.new_page()
        answer = tab.goto(site + address, wait_until="load")
        if answer is None or not answer.ok:
            sys.exit(f"{address} is not shown: {answer and answer.status}")
        while not tab.evaluate(PAINTED):
            tab.wait_for_timeout(50)
        if run:  # the first one warms
            told.append(tab.evaluate(PAINT))
        context.close()
    answers, paints, sizes = zip(*told, strict=True)
    return Speed(address, median(answers), median(paints), max(paints), median(sizes))


def zoom(browser: Browser, site: str, address: str) -> float | None:
    """Return the milliseconds from a key that zooms to its frame, None without points."""
    told = []
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(site + address, wait_until="networkidle")
    if not tab.locator("div.series").count():
        return None
    tab.evaluate(HEARD)
    tab.locator("div.series").focus()
    for _ in range(RUNS):
        tab.keyboard.press("+")
        tab.wait_for_timeout(400)
        told.append(float(tab.evaluate("window.zoomed")))
    tab.close()
    return median(told)


def ids(site: str) -> dict[str, str]:
    """Return a full cell and its first test, to look at, and cells to compare."""
    query = "{cells(first: 500) {nodes {id name tests(first: 1) {id}}}}"
    nodes = httpx.post(f"{site}/graphql", json={"query": query}, timeout=60).json()["data"]
    cell = next(each for each in reversed(nodes["cells"]["nodes"]) if each["tests"])
    full = ",".join(each["id"] for each in nodes["cells"]["nodes"][:MOST_COMPARED])
    test = cell["tests"][0]["id"]
    return {"cell": cell["id"], "name": cell["name"][:-1], "test": test, "cells": full}


def main() -> None:
    """Measure and write the page."""
    home, words = Path(sys.argv[1]), " ".join(sys.argv[2:]) or "a warehouse"
    path = shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if path is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    with served(home) as site, sync_playwright() as playwright:
        known = ids(site)
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        rows = [speed(browser, site, each.format(**known)) for each in ADDRESSES]
        zoomed = zoom(browser, site, f"/tests/{known['test']}")
        browser.close()
    lines = [
        f"| {words} | answer / ms | first paint / ms | slowest / ms | kB |",
        "|---|---|---|---|---|",
    ]
    for each in rows:
        times = f"{each.answer_ms:.0f} | {each.paint_ms:.0f} | {each.slowest_ms:.0f}"
        lines.append(f"| `{each.address.partition('=')[0]}` | {times} | {each.bytes / 1000:.0f} |")
    if zoomed is not None:
        lines.append(f"\nA zoom, from the key to the frame that shows it: {zoomed:.0f} ms.")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
