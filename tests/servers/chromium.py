"""A real Chromium, the system's own, driven by Playwright; and axe-core to look at its pages."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

VENDOR = Path(__file__).with_name("vendor")
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
)
# WCAG 2.2 AA and what axe's authors call best practice.
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ColorScheme = Literal["light", "dark", "no-preference"]
WAIT_MS_MAX = 180_000  # no measure of speed: what is waited for this long does not come
TABS_MAX = 200
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
# What a change of theme sets in motion; asking for it makes the browser apply the theme first.
MOTIONS = """async () => {
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map(motion => motion.finished));
}"""
GROUND = "() => getComputedStyle(document.documentElement).backgroundColor"


class NoChromium(RuntimeError):
    """There is no Chromium on this machine."""


def chromium_path() -> str:
    """ROSTRUM_CHROMIUM if set, else the first known name on PATH."""
    wanted = os.environ.get("ROSTRUM_CHROMIUM")
    names = (wanted,) if wanted else NAMES
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    raise NoChromium(f"none of {', '.join(names)} is on PATH; tools/system-parts installs one")


def launch(playwright: Playwright) -> Browser:
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=chromium_path(), args=[*ARGUMENTS, *as_root], timeout=WAIT_MS_MAX)


@dataclass(slots=True)
class Pages:
    """Makes pages, each in a context (cookies, storage) of its own, and closes them after the test.

    ``errors`` collects what the pages complained about: uncaught exceptions and console errors, among them
    every violation of the Content Security Policy.
    """

    browser: Browser
    errors: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        width: int = 1280,
        height: int = 900,
        *,
        color_scheme: ColorScheme = "light",
        javascript: bool = True,
        locale: str = "en-GB",
        timezone: str = "Europe/Rome",
        **options: Any,
    ) -> Page:
        """A new page; ``options`` go to Playwright's new_context (``base_url``, ``reduced_motion`` …)."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            java_script_enabled=javascript,
            locale=locale,
            timezone_id=timezone,
            **options,
        )
        context.set_default_timeout(WAIT_MS_MAX)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda line: self._note(page, line.type, line.text))
        return page

    def close(self) -> None:
        while self._contexts:
            self._contexts.pop().close()

    def _note(self, page: Page, kind: str, text: str) -> None:
        if kind == "error":
            self.errors.append(f"{page.url}: {text}")


def awake(page: Page) -> None:
    """Waits until the page's scripts listen to keys and have taken over its controls.

    Needed after every way to a page that is followed by keys or by a control that a script changes: until then a key
    does nothing, as for somebody who presses it before the page is there.
    """
    page.wait_for_load_state("load")
    page.wait_for_selector("html[data-enhanced]", state="attached")


def reach(page: Page, selector: str) -> None:
    """Walks with Tab until the control has the focus, as somebody without a mouse does."""
    for _ in range(TABS_MAX):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector} on {page.url}")


def axe_in_both(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in light and in dark; afterwards the page is light."""
    found: list[str] = []
    grounds: list[str] = []
    for scheme in (*SCHEMES, "light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # The page may hear of the theme after the answer to the order; what it sets in motion begins with a frame.
        page.wait_for_function(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
        page.evaluate(MOTIONS)
        grounds.append(page.evaluate(GROUND))
        if len(grounds) <= len(SCHEMES):
            found += [f"in {scheme}: {line}" for line in axe(page)]
    assert grounds[0] != grounds[1], f"{page.url} does not follow the device's theme"
    return found


def axe(page: Page, *, within: str | None = None) -> list[str]:
    """What axe-core finds wrong, one line for each element: rule, impact, selector, why. Empty is good.

    The script is evaluated from outside the page, so a strict Content Security Policy does not stop it.
    """
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate((VENDOR / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "([within, tags]) => axe.run(within || document, {runOnly: tags, resultTypes: ['violations']})",
        [within, list(AXE_TAGS)],
    )
    return [
        f"{violation['id']} ({violation['impact']}) {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
