"""The Overview: what ships and what is pinned, and nobody waits for anything else."""

from __future__ import annotations

import os
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.fake_worker import wait_for
from support.recorded_runs import recorded_run
from support.studio_pages import APP, PATIENCE, figures, open_page, titles
from support.tiny_encoders import write_student

from tomclip.core.files.manifests import read_manifest, write_manifest
from tomclip.runs import read_status, set_notes, write_status
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.status import RunStatus, utc_now
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job

SHAPE_CHART = "Shape distance to English"


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The encoders that a page had evaluated, in order."""
    asked: list[str] = []
    report_job = cached.report_job

    def note(encoder: str, *arguments: object, **options: object) -> Job:
        asked.append(encoder)
        return report_job(encoder, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cached, "report_job", note)
    return asked


def progress(page: AppTest) -> str:
    return " ".join(bar.proto.text for bar in page.get("progress"))


def with_student(name: str, seed: int = 3) -> Path:
    path = recorded_run(name)
    write_student(path / "checkpoints" / "best", seed=seed)
    return path


def in_training(path: Path) -> None:
    write_status(path, RunStatus("running", step=4, total=8, heartbeat_at=utc_now()))
    write_handle(path, handle_of(os.getpid()))


def test_a_run_that_nobody_pinned_is_neither_scored_nor_listed(scored: list[str]) -> None:
    finished, going = with_student("finished"), with_student("going")
    in_training(going)
    page = open_page("1_overview")
    assert scored
    assert not {f"run:{path.name}" for path in (finished, going)} & set(scored)
    assert not any("finished" in text for text in page.dataframe[-1].value["Encoder"])
    assert SHAPE_CHART in titles(page)


def test_a_pinned_run_is_scored_once_it_has_ended_and_told_before(scored: list[str]) -> None:
    path = with_student("mine")
    set_notes(path, pinned=True)
    before = replace(read_status(path))
    in_training(path)
    page = open_page("1_overview")
    assert f"run:{path.name}" not in scored
    links = [link.proto.label for link in page.get("page_link")]
    assert any("(in training) is pinned" in label for label in links)
    write_status(path, before)
    page = open_page("1_overview")
    assert f"run:{path.name}" in scored
    title = f"mine · {path.name[-6:]}"
    assert title in [tile.label for tile in page.metric]
    assert all(title in str(figure) for figure in figures(page)[:2])


def test_a_student_that_is_still_evaluated_takes_no_chart_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = with_student("slow", seed=4)
    set_notes(path, pinned=True)
    held, report_job = threading.Event(), cached.report_job

    def slow(encoder: str, *arguments: object, **options: object) -> Job:
        if encoder != f"run:{path.name}" or not options.get("shapes", True):
            return report_job(encoder, *arguments, **options)  # type: ignore[arg-type]
        return cached.board("held").start(encoder, "Shape of slow", lambda _: held.wait())  # type: ignore[return-value]

    monkeypatch.setattr(cached, "report_job", slow)
    page = AppTest.from_file(APP, default_timeout=PATIENCE)
    page.switch_page("pages/1_overview.py")
    try:
        wait_for(lambda: "Shape of slow" in progress(page.run()))
        assert not page.exception
        assert SHAPE_CHART in titles(page)
    finally:
        held.set()


def test_the_overview_begins_with_a_verdict_and_leads_to_the_four_jobs() -> None:
    page = open_page("1_overview", scored="all")
    first, *_ = page.info
    assert re.fullmatch(
        r"On 60 concepts, \*\*\w+\*\* keeps the languages nearest to the shape of English "
        r"\(Wasserstein distance, H0 [\d.]+(; MCLIP [\d.]+)?\), and \*\*.+\*\* is right most often "
        r"\([\d.]+ %; .+ points over .+ \[.+\], .+\)\.",
        first.value,
    )
    numbered = [one.value for one in page.markdown if one.value[2:5] in {f"{n} ·" for n in "1234"}]
    assert [text.split("**")[1][4:] for text in numbered] == [
        "Browse shapes",
        "Compare encoders",
        "Train a student",
        "Take it to a paper",
    ]


def test_both_charts_order_the_languages_alike() -> None:
    axes = [one["layout"]["yaxis"] for one in figures(open_page("1_overview", scored="all"))[:2]]
    orders = [dict(zip(axis["ticktext"], axis["tickvals"], strict=True)) for axis in axes]
    languages = [sorted(order, key=lambda name: order[name])[-13:] for order in orders]
    assert languages[0] == languages[1]


def test_the_verdict_speaks_of_seeds_where_the_manifests_do(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(assets, tmp_path / "assets")
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))
    for name, values in {"mclip": (30.0, 31.0), "tomclip_exact": (30.4, 32.1)}.items():
        folder = tmp_path / "assets" / "emoji" / "students" / name
        facts = {key: value for key, value in read_manifest(folder).items() if key != "files"}
        scores = [
            [{"subset": "all", "rendering": "twemoji", "zero_shot_top1": {"value": value}}]
            for value in values
        ]
        seeds = [{"seed": seed, "scores": found} for seed, found in enumerate(scores)]
        write_manifest(folder, {**facts, "seeds": seeds})
    said = "Over 2 training seeds the difference is +0.8 points on average, from +0.4 to +1.1"
    every, seen = (
        [one.value for one in open_page("1_overview", scored=subset).markdown]
        for subset in ("all", "seen")
    )
    assert any(said in text for text in every)
    assert not any(said in text for text in seen)


def test_the_icons_are_named_beside_the_emoji() -> None:
    links = [link.proto.label for link in open_page("1_overview").get("page_link")]
    assert any(label.startswith("Icons: 30 pictures of some of these concepts") for label in links)
