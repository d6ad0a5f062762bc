"""Reports opened in a real browser: every plot drawn, nothing loaded, nothing complained of, nothing wider than the
page, in light and dark, on a phone, on a desk and on paper. Screenshots stay in the build tree, report_samples/.
"""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

PHONE, DESK = (360, 740), (1280, 900)
SAMPLES = ("rich", "log", "minimal", "hostile", "empty", "comparison")
HEADLINES = {
    "rich": ["Validation of nia-2023", "three best guesses", "Best constant", "What to distrust", "14,300 judged crops"],
    "log": ["a neighbour of it", "80.88 %", "All 300 running lines"],
    "minimal": ["Nothing was judged"],
    "hostile": ["DEMO checkpoints.", "onerror=alert(2)"],
    "empty": ["Nothing was judged"],
    "comparison": ["Two runs on the same crops", "B minus A", "cannot be told apart"],
}

# What a plot must have: a drawing of its own width with at least one trace that holds at least one shape.
PLOTS = """() => [...document.querySelectorAll(".plot")].map((place) => ({
  title: place.getAttribute("aria-label"),
  shapes: place.querySelectorAll(".cartesianlayer .trace path, .cartesianlayer .point path").length,
  fits: Math.abs((place.querySelector("svg.main-svg")?.getBoundingClientRect().width ?? -1) - place.clientWidth) < 1.5,
}))"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll") && !e.closest("svg"))
  .map((e) => `${e.tagName}.${e.className}`)"""


@dataclass
class Opened:
    page: playwright.Page
    complaints: list[str] = field(default_factory=list)

    def plots(self) -> list[dict]:
        return self.page.evaluate(PLOTS)

    def draw_all(self) -> None:
        self.page.evaluate("skingaugeReport.drawAll()")


@pytest.fixture(scope="session")
def build() -> Path:
    return Path(os.environ.get("SKINGAUGE_BUILD", "build"))


@pytest.fixture(scope="session")
def samples(build: Path) -> Path:
    program = build / "tests" / "report_samples"
    if not program.is_file():
        pytest.skip(f"{program} is not built")
    folder = build / "report_samples"
    subprocess.run([program, folder], check=True, timeout=60)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no chromium on the path")
    with playwright.sync_playwright() as tool:
        # --no-sandbox: Chromium's needs a user other than root.
        started = tool.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_report(browser: playwright.Browser, samples: Path):
    """Opens a sample; at the end nothing may have been complained of, asked for or asked of the reader."""
    contexts, opened = [], []

    def open_report(name: str, size: tuple[int, int] = DESK, scheme: str = "light", scripts: bool = True) -> Opened:
        address = (samples / f"{name}.html").resolve().as_uri()
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        report = Opened(context.new_page())
        opened.append(report)
        note = report.complaints.append
        report.page.on("console", lambda message: note(f"{message.type}: {message.text}"))
        report.page.on("pageerror", lambda error: note(f"error: {error}"))
        report.page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
        report.page.on("request", lambda request: note(f"request: {request.url}") if is_foreign(request, address) else None)
        report.page.goto(address)
        return report

    yield open_report
    complaints = [complaint for report in opened for complaint in report.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


def is_foreign(request: playwright.Request, address: str) -> bool:
    return request.url.partition("#")[0] != address and not request.url.startswith("data:")


@pytest.fixture(scope="session")
def has_plots(samples: Path) -> bool:
    return "Made without plots" not in (samples / "rich.html").read_text(encoding="utf-8")


def needs_plots(has_plots: bool) -> None:
    if not has_plots:
        pytest.skip("built without plotly.js: the report has no plots")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_plot_is_drawn_and_fits_in_every_view(open_report, samples: Path, name: str, has_plots: bool) -> None:
    report = open_report(name)
    expected = report.page.evaluate("skingaugeReport.plots")
    assert (expected > 0) == (has_plots and name not in ("minimal", "empty"))
    for width, height in (DESK, PHONE):
        for scheme in ("light", "dark"):
            report.page.set_viewport_size({"width": width, "height": height})
            report.page.emulate_media(color_scheme=scheme)
            report.page.screenshot(path=samples / f"{name}-{width}-{scheme}.png")
            report.draw_all()
            plots = report.plots()
            assert len(plots) == expected
            assert [plot["title"] for plot in plots if plot["shapes"] == 0] == []
            assert [plot["title"] for plot in plots if not plot["fits"]] == []
            assert report.page.evaluate("document.documentElement.scrollWidth") <= width
            assert report.page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_what_matters_is_read_without_javascript(open_report, name: str) -> None:
    report = open_report(name, PHONE, scripts=False)
    text = " ".join(report.page.locator("body").inner_text().split())
    for words in HEADLINES[name]:
        assert words in text
    assert report.page.locator(".plot:visible").count() == 0, "an empty place"


def test_the_verdict_and_the_warnings_stand_on_the_first_screen(open_report) -> None:
    page = open_report("rich").page
    for words in ("three best guesses", "Best constant", "Documented", "14,300 judged crops", "What to distrust"):
        box = page.get_by_text(words).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= DESK[1], words
    phone = open_report("rich", PHONE).page
    for words in ("things to distrust", "three best guesses", "Best constant", "Documented"):
        box = phone.get_by_text(words).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= PHONE[1], words


def test_plots_are_drawn_when_they_come_into_sight(open_report, has_plots: bool, samples: Path) -> None:
    needs_plots(has_plots)
    page = open_report("rich").page
    total = page.locator(".plot").count()
    page.wait_for_selector(".plot[data-drawn]", state="attached")
    assert page.locator(".plot[data-drawn]").count() < total / 4
    page.screenshot(path=samples / "rich-folded.png", full_page=True)
    page.locator("td a, th a").filter(has_text="left cheek, pore").first.click()
    head = page.locator("#grade-l_cheek_pore")
    head.locator(".plot[data-drawn]").first.wait_for()
    assert head.get_attribute("open") is not None
    assert page.locator("details.head[open]").count() == 1


def relative_luminance(colour: str) -> float:
    channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


RESOLVED = """(name) => { const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(--${name})`; const colour = getComputedStyle(probe).color; probe.remove(); return colour; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart(open_report, scheme: str, has_plots: bool) -> None:
    page = open_report("rich", scheme=scheme).page
    colour = {
        name: page.evaluate(RESOLVED, name)
        for name in ("paper", "raised", "ink", "muted", "run", "constant", "documented", "alarm", "alarm-paper", "good", "truth")
    }
    assert (relative_luminance(colour["paper"]) > 0.5) == (scheme == "light")
    for name in ("ink", "muted", "run", "constant", "documented", "alarm", "good"):
        assert contrast(colour[name], colour["paper"]) >= 4.5, name  # WCAG 2.2, text
        assert contrast(colour[name], colour["raised"]) >= 4.5, name
    assert contrast(colour["alarm"], colour["alarm-paper"]) >= 4.5
    assert contrast(colour["truth"], colour["paper"]) >= 3, "WCAG 2.2, graphics"
    if has_plots:
        page.wait_for_selector(".plot[data-drawn]", state="attached")
        drawn = page.evaluate("getComputedStyle(document.querySelector('.plot .errorbar path, .plot .xerror')).stroke")
        assert drawn == colour["run"]


def drawn_colours(pdf: bytes) -> list[tuple[int, int, int]]:
    """Every colour that the pages set, in order."""
    colours = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            text = zlib.decompressobj().decompress(packed)
        except zlib.error:
            continue
        for found in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", text):
            colours.append(tuple(round(float(value) * 255) for value in found))
    return colours


def test_paper_holds_every_plot_in_light_colours(open_report, samples: Path, has_plots: bool) -> None:
    page = open_report("rich", scheme="dark").page
    total = page.locator(".plot").count()
    dark = tuple(int(value) for value in re.findall(r"\d+", page.evaluate(RESOLVED, "run")))
    pdf = page.pdf(path=samples / "rich.pdf", format="A4", tagged=True)
    assert pdf.startswith(b"%PDF")
    assert page.locator("details.head[open]").count() == 0, "folds are closed again"
    assert page.evaluate("document.documentElement.className") == "js"
    if not has_plots:
        return
    assert page.locator(".plot[data-drawn]").count() == total
    light = (11, 98, 168)
    colours = drawn_colours(pdf)
    assert colours.count(light) >= total, "each plot has something of the run's colour"
    assert dark not in colours
