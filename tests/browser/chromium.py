"""A page in headless Chromium, opened from disk, that notes whatever leaves it or goes wrong."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def program() -> str | None:
    """Debian's Chromium, or Chrome, as hosted runners have it."""
    names = ("chromium", "google-chrome", "chromium-browser")
    return next((found for name in names if (found := shutil.which(name))), None)


def missing() -> str:
    """What is needed and isn't there; "" when all is."""
    if program() is None:
        return "neither Chromium nor Chrome is installed: make setup-browser"
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "Playwright's Python package isn't installed: make setup-browser"
    return ""


@contextmanager
def opened(folder: Path, page: str = "index.html", **settings: Any) -> Iterator[Any]:
    """Playwright's page, ready; `settings` of the browser context. On it `requests` are addresses
    that aren't files, `faults` messages of errors and of whatever the policy refused."""
    from playwright.sync_api import sync_playwright

    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory(prefix="chromium-") as profile,
    ):
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=program(),
            args=list(ARGUMENTS),
            **({"viewport": {"width": 1440, "height": 900}} | settings),
        )
        shown: Any = context.pages[0]
        shown.requests, shown.faults = [], []
        shown.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:", "blob:"))
                or shown.requests.append(request.url)
            ),
        )
        shown.on("pageerror", lambda error: shown.faults.append(str(error)))
        shown.on(
            "console",
            lambda message: message.type == "error" and shown.faults.append(message.text),
        )
        try:
            shown.goto((folder / page).as_uri())
            if page == "index.html":
                shown.wait_for_selector("body[data-ready]")
            yield shown
        finally:
            context.close()
