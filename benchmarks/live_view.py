"""How soon the Train page shows what a run records, as JSON lines.

`delay` writes events of a run as a worker does and waits, in a real browser, until the last point
of the loss curve is theirs. `page` opens the Train page over folders of finished runs, each of
10,000 events with a probe every 150 steps; the newest, which is watched, has its snapshots.
"cold" is the first opening after the start of the studio with an empty cache, "warm" the median of
later ones by the sidebar, "overlaid" the time from choosing the last of the other runs (at most 4)
to its curves. `probes` reads what probes cost a finished run from its own records.

    python benchmarks/live_view.py --run runs/NAME
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import cycle
from pathlib import Path
from statistics import mean, median
from time import perf_counter, sleep

from playwright.sync_api import Page, sync_playwright
from shared.machine import describe
from shared.own_studio import since, studio, wait_for_server

from tomclip.config import TrainConfig, load_config
from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import assets_directory, project_directory
from tomclip.core.types import Event
from tomclip.figures.training.live_scores import LIVE_SCORES
from tomclip.runs import (
    RunStatus,
    append_event,
    create_run,
    read_events,
    read_snapshot,
    snapshot_steps,
    write_status,
)
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.snapshots import write_snapshot
from tomclip.runs.status import utc_now

EVENTS, PROBE_EVERY = 10_000, 150
MOST_OVERLAID, WARM_OPENINGS, POLL_MILLISECONDS = 4, 3, 50
FIGURES = ["live_loss", "live_scores", "live_spread", "live_diagram"]
COMPARED = "compared"
DRAWN_UP_TO = """step => {
  const chart = document.querySelector('.st-key-live_loss .js-plotly-plot');
  return !!chart?.calcdata?.some(trace => trace.length && trace.at(-1).x >= step);
}"""
WHOLE = """([figures, compared, overlaid]) => {
  const charts = figures.map(key => document.querySelector(`.st-key-${key} .js-plotly-plot`));
  const busy = '[data-testid=stSpinner], [data-testid=stStatusWidget], [data-stale=true]';
  const other = trace => trace.name?.startsWith(compared);
  return document.querySelector('h1')?.innerText === 'Train' && !document.querySelector(busy)
    && document.querySelectorAll('[data-testid=stProgress]').length === 1
    && charts.every(chart => chart?.calcdata?.length)
    && charts[0].data.filter(other).length >= overlaid;
}"""


def training_events(count: int) -> Iterator[Event]:
    """Yields what a run records: falling losses, and every 150 steps scores of each language."""
    for step in range(count - count // (PROBE_EVERY + 1)):
        if step % PROBE_EVERY == 0:
            yield Event(step, step / 9, "probe", _scores(step))
        yield _training_event(step)


def _training_event(step: int) -> Event:
    noise = random.gauss(1, 0.05)
    terms = {"pointwise": 1.2, "distance_matrix": 0.2, "topological_h0": 0.6}
    losses = {name: start * noise / (1 + step / 400) for name, start in terms.items()}
    times = {"step_seconds": 0.14, "seconds": 0.14 * (step + 1)}
    others = {"gradient_norm": noise, "learning_rate": 0.002, **times}
    return Event(step, step / 9, "train", {"total": sum(losses.values()), **losses, **others})


def _scores(step: int) -> dict[str, dict[str, float]]:
    return {
        score: {code: random.gauss(0.5, 0.05) * step / (step + 400) for code in LANGUAGES}
        for score in LIVE_SCORES
    }


def write_run(folder: Path, config: TrainConfig, count: int, *, state: str) -> Path:
    """Returns a new run in `folder` with `count` events, on which this process works."""
    path = create_run(config, directory=folder / f"20250101T000000-{config.name}").path
    events = list(training_events(count))
    lines = (json.dumps(asdict(event)) + "\n" for event in events)
    (path / "metrics.jsonl").write_text("".join(lines), encoding="utf-8")
    write_handle(path, handle_of(os.getpid()))
    declare(path, state, events[-1].step + 1)
    return path


def declare(path: Path, state: str, step: int) -> None:
    """Replaces the status, with a fresh sign of life."""
    times = {"started_at": utc_now(), "heartbeat_at": utc_now()}
    write_status(path, RunStatus(state, step=step, total=EVENTS, **times))  # type: ignore[arg-type]


def add_snapshots(path: Path) -> None:
    """Writes a snapshot for every probe of the run, those of a shipped student in turn."""
    student = assets_directory() / "emoji" / "students" / "mclip"
    steps = snapshot_steps(student)
    recorded = [read_snapshot(student, step, with_vectors=False) for step in steps]
    probes = [event.step for event in read_events(path) if event.split == "probe"]
    for step, snapshot in zip(probes, cycle(recorded)):
        write_snapshot(path, replace(snapshot, step=step))


@contextmanager
def open_studio(runs: Path, browser: str) -> Iterator[Page]:
    """Yields a tab on the Overview of a studio over the runs in `runs`."""
    os.environ["TOMCLIP_RUNS"] = str(runs)
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        with studio(Path(cache)) as (address, _):
            wait_for_server(address)
            page.goto(address)
            page.get_by_role("heading", name="ToMCLIP Studio").wait_for(timeout=60_000)
            page.wait_for_timeout(5_000)
            yield page
        chromium.close()


def open_page(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()


def wait_until_whole(page: Page, overlaid: int = 0, figures: Iterable[str] = FIGURES) -> None:
    """Returns once the Train page stands whole for a quarter of a second."""
    wanted = [list(figures), COMPARED, overlaid]
    while True:
        page.wait_for_function(WHOLE, arg=wanted, polling=POLL_MILLISECONDS, timeout=180_000)
        page.wait_for_timeout(250)
        if page.evaluate(WHOLE, wanted):
            return


def measure_delay(config: TrainConfig, browser: str, *, recorded: int, repeats: int) -> None:
    """Prints the delays from an event written to the curve, events coming at random moments."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_run(Path(folder), config, recorded, state="running")
        with open_studio(Path(folder), browser) as page:
            open_page(page, "Train")
            wait_until_whole(page, figures=FIGURES[:3])
            first = read_events(path)[-1].step + 1
            delays = [_delay(page, path, step) for step in range(first, first + repeats)]
    spread = {"median": median(delays), "least": min(delays), "most": max(delays)}
    record(
        "delay",
        events=recorded,
        repeats=repeats,
        **{name: round(seconds, 2) for name, seconds in spread.items()},
    )


def _delay(page: Page, path: Path, step: int) -> float:
    sleep(random.uniform(0.5, 2.5))
    started = perf_counter()
    append_event(path, _training_event(step))
    declare(path, "running", step + 1)
    page.wait_for_function(DRAWN_UP_TO, arg=step, polling=POLL_MILLISECONDS, timeout=60_000)
    return perf_counter() - started


def measure_page(config: TrainConfig, browser: str, runs: int) -> None:
    """Prints how long the page takes to stand whole over a folder of `runs` finished runs."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, runs):
            other = replace(config, name=f"{COMPARED}-{number:02d}")
            write_run(Path(folder), other, EVENTS, state="finished")
        watched = replace(config, name="watched")
        add_snapshots(write_run(Path(folder), watched, EVENTS, state="finished"))
        with open_studio(Path(folder), browser) as page:
            seconds = [_opening(page) for _ in range(1 + WARM_OPENINGS)]
            record("page", runs=runs, opening="cold", seconds=seconds[0])
            record("page", runs=runs, opening="warm", seconds=median(seconds[1:]))
            if overlaid := min(runs - 1, MOST_OVERLAID):
                record(
                    "page",
                    runs=runs,
                    opening="overlaid",
                    overlaid=overlaid,
                    seconds=_overlay(page, overlaid),
                )


def _opening(page: Page) -> float:
    open_page(page, "Overview")
    page.get_by_role("heading", name="ToMCLIP Studio").wait_for()
    page.wait_for_timeout(1_500)
    started = perf_counter()
    open_page(page, "Train")
    wait_until_whole(page)
    return since(started)


def _overlay(page: Page, count: int) -> float:
    """Returns the seconds from the choice of the last of `count` other runs to its curves."""
    started = 0.0
    for overlaid in range(1, count + 1):
        page.get_by_role("combobox", name="Curves of other runs").click()
        option = page.get_by_role("option").filter(has_text=COMPARED).first
        option.wait_for()
        started = perf_counter()
        option.click()
        wait_until_whole(page, overlaid)
    return since(started)


def measure_probes(run: Path) -> None:
    """Prints the share of a run that its probes took, that of step 0 too, from its records."""
    events = read_events(run)
    probes = [e.values["probe_seconds"] for e in events if e.split == "probe"]
    steps = [e.values["step_seconds"] for e in events if e.split == "train"]
    every = load_config(run / "config.yaml").validation.probe_every_steps
    record(
        "probes",
        run=run.name,
        steps=len(steps),
        probe_every_steps=every,
        probes=len(probes),
        mean_probe_seconds=round(mean(probes), 3),
        median_step_seconds=round(median(steps), 4),
        share_of_run=round(sum(probes) / (sum(probes) + sum(steps)), 4),
    )


def record(measured: str, **values: object) -> None:
    line = {"benchmark": "live_view", "measured": measured, **values, **describe()}
    print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browser", default=shutil.which("chromium"))
    parser.add_argument("--run", type=Path, help="a finished run whose probes are counted")
    parser.add_argument("--runs", type=int, nargs="*", default=[1, 5, 20])
    parser.add_argument("--repeats", type=int, default=12)
    arguments = parser.parse_args()
    random.seed(0)
    config = load_config(project_directory() / "configs" / "emoji_small.yaml")
    if arguments.run:
        measure_probes(arguments.run)
    for recorded in (300, EVENTS) if arguments.repeats else ():
        measure_delay(config, arguments.browser, recorded=recorded, repeats=arguments.repeats)
    for runs in arguments.runs:
        measure_page(config, arguments.browser, runs)


if __name__ == "__main__":
    main()
