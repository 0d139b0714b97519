"""The Report button on Compare, Runs and Train: its forms, its failures, what it remembers."""

from __future__ import annotations

import json
import threading
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support.checkout import APP
from support.html_page import Page
from support.recorded_runs import recorded_run
from support.run_notebook import Notebook
from support.studio_pages import PATIENCE, open_page, sentences, settled
from support.tiny_workspaces import tiny_workspace

from tomclip.core.paths import workspaces_owned_by
from tomclip.evaluation import compare, emoji_task, load_task
from tomclip.export import ExportError
from tomclip.ui.computing.jobs import Cancelled, JobBoard, Report
from tomclip.ui.computing.shown_makers import workspace_keys
from tomclip.ui.reports import making
from tomclip.ui.reports.making import ComparisonWish, RunWish, evaluated

PAIR = ("mclip", "tomclip_exact")
SUBSET = {"encoders": ",".join(PAIR), "subset": "all"}


def open_train(**address: str) -> AppTest:
    """Returns the Train page, whose bar of a run's progress stays."""
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    for name, value in address.items():
        studio.query_params[name] = value
    studio.switch_page("pages/6_train.py")
    return studio.run()


def written(studio: AppTest, key: str) -> AppTest:
    """Returns the page after its report was asked for and its work has ended."""
    studio.button(key=f"write_report_{key}").click().run()
    asked = f"report_asked_{key}"
    if asked in studio.session_state:
        wish, form, token = studio.session_state[asked]
        futures.wait([wish.job(form, token).future], timeout=PATIENCE)
        studio.run()
    assert not studio.exception
    return studio


def saving(studio: AppTest) -> list[str]:
    """Returns the labels of the buttons that save a report."""
    labels = (getattr(one, "label", "") for one in studio.get("download_button"))
    return [label for label in labels if label.startswith("Save report")]


def file_of(studio: AppTest, key: str) -> bytes:
    """Returns what the button of the page would save."""
    wish, form, token = studio.session_state[f"report_asked_{key}"]
    content = wish.job(form, token).result()
    count = len(content)
    size = f"{count / 1e6:.1f} MB" if count > 50_000 else f"{count / 1e3:.0f} kB"
    assert saving(studio) == [f"Save {wish.stem}.{form} ({size})"]
    return content


def test_compare_writes_the_page_of_its_encoders() -> None:
    studio = written(open_page("4_compare", **SUBSET), "compare")
    page = Page(file_of(studio, "compare").decode())
    assert not sentences(studio)
    table = compare(PAIR[0], [PAIR[1]], emoji_task("all"))
    (row,) = table.query("name == 'zero_shot_top1' and language == 'mean'").to_dict("records")
    title = next(one for one in page.tables if "minus" in one)
    column = page.tables[title][0].index("zero-shot top-1, points")
    mean = next(cells for cells in page.tables[title] if cells[0] == "Mean")
    assert mean[column].startswith(f"{row['difference']:+.1f} [")
    assert "tomclip report --baseline mclip --encoder tomclip_exact --data emoji" in "".join(
        page.texts["code"]
    )


def test_compare_reports_on_the_workspace_that_it_shows(runs: Path, tmp_path: Path) -> None:
    tiny_workspace("mine", tmp_path / "mine", pictures=True)
    studio = written(
        open_page("4_compare", encoders=SUBSET["encoders"], data="workspace:mine"), "compare"
    )
    page = Page(file_of(studio, "compare").decode())
    assert not sentences(studio)
    command = "tomclip report --baseline mclip --encoder tomclip_exact --data workspace:mine"
    assert f"{command} --output report_mclip_tomclip_exact_mine.html" in "".join(page.texts["code"])
    table = compare(PAIR[0], [PAIR[1]], load_task("workspace:mine"))
    of_shape = table[table["name"].str.startswith("wasserstein_h0") & (table["language"] == "ko")]
    (row,) = of_shape.to_dict("records")
    minus = next(rows for title, rows in page.tables.items() if "minus" in title)
    korean = next(cells for cells in minus if cells[0] == "Korean")
    assert row["difference"] != 0
    assert korean[minus[0].index("Wasserstein H0 to English")] == f"{row['difference']:+.4f}"


def test_the_notebook_of_a_workspace_computes_its_report_anew(runs: Path, tmp_path: Path) -> None:
    tiny_workspace("mine", tmp_path / "mine", pictures=True)
    wish = ComparisonWish(PAIR, "all", workspace_keys()["workspace:mine"])
    notebook = Notebook(wish.job("ipynb", "once").future.result(PATIENCE))
    assert "task = load_task('workspace:mine', TaskOptions())" in notebook.code
    assert "--data workspace:mine" in notebook.words
    assert notebook.results()
    assert notebook.figures()
    assert notebook.tables()


def test_the_workspace_of_one_person_is_named_by_its_folder(runs: Path, tmp_path: Path) -> None:
    with workspaces_owned_by("somebody@example.org"):
        tiny_workspace("own", tmp_path / "own")
        key = workspace_keys()["workspace:own"]
        wish = ComparisonWish(PAIR, "all", key)
        assert wish.asked.data == key.path
        assert wish.stem == "report_mclip_tomclip_exact_own"


def test_the_form_is_remembered_from_page_to_page_and_in_the_link(runs: Path) -> None:
    studio = open_page("4_compare", **SUBSET)
    studio = settled(studio.segmented_control(key="choice:report_form").set_value("ipynb").run())
    assert studio.query_params["report_form"] == "ipynb"
    notebook = json.loads(file_of(written(studio, "compare"), "compare"))
    assert notebook["nbformat"] == 4
    recorded_run("one")
    studio.switch_page("pages/6_train.py")
    studio.run()
    assert studio.segmented_control(key="choice:report_form").value == "ipynb"


def test_another_choice_offers_another_report() -> None:
    studio = written(open_page("4_compare", **SUBSET), "compare")
    studio = settled(studio.segmented_control(key="choice:report_form").set_value("ipynb").run())
    assert not saving(studio)


def test_train_writes_the_report_of_the_watched_run(runs: Path) -> None:
    recorded_run("one")
    studio = written(open_train(), "run")
    page = Page(file_of(studio, "run").decode())
    assert page.texts["h1"] == ["Training run one"]
    assert page.tags.count("figure") == 2


def test_a_report_that_fails_says_why_and_can_be_asked_for_again(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_run("one")

    def fail(*_: object, **__: object) -> bytes:
        raise ExportError("the browser could not draw the page (it left); try again")

    with monkeypatch.context() as patch:
        patch.setattr(making, "run_file", fail)
        studio = written(open_train(), "run")
    assert sentences(studio) == ["The browser could not draw the page (it left); try again."]
    assert sentences(studio.run()) == []
    assert file_of(written(studio, "run"), "run").startswith(b"<!doctype html>")


def test_without_a_browser_pdf_says_so_and_the_others_are_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    studio = open_page("4_compare", **SUBSET, report_form="pdf")
    assert any("No Chrome or Chromium was found" in text for text in sentences(studio))
    assert not [one for one in studio.button if one.key == "write_report_compare"]
    studio = settled(studio.segmented_control(key="choice:report_form").set_value("html").run())
    assert [one for one in studio.button if one.key == "write_report_compare"]


def test_it_tells_how_far_the_evaluations_are_and_ends_with_one_that_is_stopped() -> None:
    gate, told = threading.Event(), []
    board: JobBoard = JobBoard()

    def evaluate_slowly(report: Report) -> str:
        report(0.5, "half way")
        gate.wait(PATIENCE)
        return "first"

    jobs: list[Any] = [board.start(name, name, evaluate_slowly) for name in ("one", "two")]

    def tell(fraction: float, message: str) -> None:
        told.append((fraction, message))
        if "half way" in message:
            jobs[1].cancel()
            gate.set()

    with pytest.raises(Cancelled, match="two was stopped"):
        evaluated(jobs, tell)
    assert (0.2, "one, half way") in told
    assert jobs[0].result() == "first"


def test_the_file_is_named_by_what_is_inside() -> None:
    assert ComparisonWish(("mclip", "M-CLIP/XLM@x"), "unseen").stem == (
        "report_mclip_M-CLIP-XLM-x_unseen"
    )
    assert RunWish("a name", Path("runs/20260101T000000-a-name-123456")).stem == (
        "report_20260101T000000-a-name-123456"
    )
