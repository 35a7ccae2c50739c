"""Who looks at pages: without a browser on the demo study, and in a real one on a real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Final

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.app import create_app
from tests.service.asker import Asker, asked
from tests.service.page.flawed_export import write_flawed

expect.set_options(timeout=30_000)  # a busy machine is no fault of a page
_BROWSERS: Final = ("chromium-headless-shell", "chromium")
"""Debian's, of one engine: the first has no windows, and a tab of it takes a fifth of the time."""
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def visitor(demo_warehouse: Settings) -> Iterator[Asker]:
    """Return who looks at the pages of the demo study, and changes nothing."""
    with asked(demo_warehouse, only_reads=True) as asker:
        yield asker


@pytest.fixture(scope="session")
def demo_test(visitor: Asker) -> Callable[[str], int]:
    """Return what finds a test of the demo study by its name: ids are as they were read."""

    def found(name: str) -> int:
        answer = visitor.data("query($n: [String!]) {tests(names: $n) {nodes {id}}}", n=[name])
        return int(answer["tests"]["nodes"][0]["id"])

    return found


@pytest.fixture(scope="session")
def site(demo_warehouse: Settings) -> Iterator[str]:
    """Return the address of a server on the demo study."""
    with served(demo_warehouse) as address:
        yield address


@pytest.fixture(scope="session")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings that name a warehouse of one test, with an outlier and a gap in it."""
    folder = tmp_path_factory.mktemp("flawed")
    write_flawed(folder / "flawed.bdf.csv")
    settings = Settings(home=folder / "home")
    warehouse = open_warehouse(settings)
    assert take_in(warehouse, folder / "flawed.bdf.csv").status == "ingested"
    warehouse.engine.dispose()
    return settings


@pytest.fixture(scope="session")
def flawed_visitor(flawed: Settings) -> Iterator[Asker]:
    """Return who looks at that test, and changes nothing."""
    with asked(flawed, only_reads=True) as asker:
        yield asker


@pytest.fixture(scope="session")
def flawed_site(flawed: Settings) -> Iterator[str]:
    """Return the address of a server on that test."""
    with served(flawed) as address:
        yield address


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Run a server and yield its address."""
    app = create_app(settings.model_copy(update={"log_level": "warning"}))
    config = uvicorn.Config(app, port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended before it began"
        sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return Debian's chromium; on CI it must be there.

    One a module: while playwright runs, no other test of the process may run a loop of its own.
    """
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        assert not os.environ.get("CI"), "CI looks at pages in chromium: .ci/run installs it"
        pytest.skip("chromium is not installed: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES)
        yield browser
        browser.close()


class Look:
    """How a page is looked at: it makes tabs, and holds what went wrong in any of them."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser, self._site = browser, site
        self._contexts: list[object] = []
        self.wrong: list[str] = []

    def tab(self, **how: object) -> Page:
        """Return a new tab: dark, a telephone, without JavaScript, as playwright names it."""
        context = self._browser.new_context(base_url=self._site, **how)  # type: ignore[arg-type] # playwright's own
        self._contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: self._logged(message.type, message.text))
        tab.on("pageerror", lambda fault: self.wrong.append(f"error: {fault}"))
        tab.on("request", self._requested)
        return tab

    def close(self) -> None:
        """Close all tabs."""
        for context in self._contexts:
            context.close()  # type: ignore[attr-defined] # a BrowserContext

    def _logged(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.wrong.append(f"{kind}: {text}")

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self._site, "blob:", "data:")):
            self.wrong.append(f"asked elsewhere: {request.url}")


@pytest.fixture
def look(chromium: Browser, site: str) -> Iterator[Look]:
    """Return how pages are looked at; whatever a browser complains of fails the test."""
    look = Look(chromium, site)
    yield look
    look.close()
    assert not look.wrong, look.wrong


@pytest.fixture
def near(chromium: Browser, flawed_site: str) -> Iterator[Look]:
    """Return how the test with a gap is looked at; whatever a browser complains of fails."""
    look = Look(chromium, flawed_site)
    yield look
    look.close()
    assert not look.wrong, look.wrong


@pytest.fixture
def look_at(chromium: Browser) -> Iterator[Callable[[Settings], Look]]:
    """Return how pages of a warehouse of the test's own are looked at."""
    with ExitStack() as open_now:
        looks: list[Look] = []

        def look_at(settings: Settings) -> Look:
            look = Look(chromium, open_now.enter_context(served(settings)))
            open_now.callback(look.close)
            looks.append(look)
            return look

        yield look_at
    wrong = [each for look in looks for each in look.wrong]
    assert not wrong, wrong


@pytest.fixture
def tab(look: Look) -> Page:
    """Return a tab of ordinary size."""
    return look.tab(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core as text; a page is judged by it."""
    return (Path(__file__).parent / "browser" / "axe.min.js").read_text("utf-8")
