"""The report as a notebook: valid, plain text where names are hostile, the page's own numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import succeed
from support.emoji_doubles import CODES, EncoderDoubles
from support.html_page import Page
from support.recorded_runs import recorded_run
from support.run_notebook import Notebook

from tomclip.evaluation import emoji_task, evaluate
from tomclip.export.report.drawings import score_figure

SHIPPED = ("report", "--baseline", "mclip", "--encoder", "tomclip_exact", "--subset", "unseen")
HOSTILE = '"); import os; """ <b>*bold*</b> [here](x)'


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Notebook, Page]:
    """Returns the report of two shipped encoders, run as a notebook and read as a page."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ("report.ipynb", "report.html"):
        succeed(*SHIPPED, "--output", folder / name)
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    return Notebook((folder / "report.ipynb").read_bytes()), page


@pytest.mark.slow
def test_its_cells_give_the_verdict_and_the_numbers_of_the_page(
    pair: tuple[Notebook, Page],
) -> None:
    notebook, page = pair
    (verdict,) = page.texts["verdict"]
    assert f"> {verdict}" in notebook.words
    assert repr(verdict) in notebook.results()
    tables = notebook.tables()
    numbers = {title for title in page.tables if "interval" in title or "better" in title}
    assert len(numbers) > 4
    assert {title: page.tables[title][1:] for title in tables} == tables
    assert numbers <= set(tables)


@pytest.mark.slow
def test_its_cells_draw_the_figures_of_the_page(pair: tuple[Notebook, Page]) -> None:
    notebook, page = pair
    drawn = notebook.figures()
    assert len(drawn) == page.tags.count("figure") == 4
    titles = {"mclip": "MCLIP", "tomclip_exact": "ToMCLIP (exact)"}
    reports = [evaluate(name, emoji_task("unseen")) for name in titles]
    expected = score_figure(reports, "zero_shot_top1", titles=titles)
    assert drawn[0]["data"] == json.loads(str(expected.to_json()))["data"]
    captions = [text.strip() for text in page.texts["figcaption"]]
    assert all(caption in notebook.words for caption in captions)


def test_what_was_chosen_is_in_its_python(doubles: EncoderDoubles, tmp_path: Path) -> None:
    doubles.titles["better"] = HOSTILE
    target = tmp_path / "report.ipynb"
    names = ("--baseline", "baseline", "--encoder", "better", "--languages", ",".join(CODES))
    succeed("report", *names, "--subset", "seen", "--no-shape", "--output", target)
    notebook = Notebook(target.read_bytes(), run=False)
    assert "load_task('emoji', TaskOptions(languages=('en', 'ko', 'de'), " in notebook.code
    assert "subset='seen'" in notebook.code
    assert "references=()" in notebook.code
    compile(notebook.code, "notebook", "exec")
    assert f"'better': {HOSTILE!r}," in notebook.code
    assert HOSTILE in notebook.words
    sources = "\n".join(c.source for c in notebook.read.cells if c.cell_type == "markdown")
    assert "<b>" not in sources
    assert "*bold" not in sources.replace("\\*", "")
    assert f"--no-shape --subset seen --output {target}" in notebook.words


@pytest.mark.slow
def test_a_run_s_notebook_reads_what_it_recorded(runs: Path, tmp_path: Path) -> None:
    path, target = recorded_run("one"), tmp_path / "run.ipynb"
    succeed("report", path.name, "--output", target)
    notebook = Notebook(target.read_bytes())
    succeed("report", path.name, "--output", tmp_path / "run.html")
    page = Page((tmp_path / "run.html").read_text(encoding="utf-8"))
    (verdict,) = page.texts["verdict"]
    assert f"> {verdict}" in notebook.words
    assert repr(verdict) in notebook.results()
    assert len(notebook.figures()) == page.tags.count("figure") == 2
    assert f"runs_directory() / '{path.name}'" in notebook.code
    settings = dict(line.split(maxsplit=1) for line in notebook.printed().splitlines())
    assert settings["loss.h0_weight"] == "0.1"
