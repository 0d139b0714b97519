"""`--labels` and `--prompts` in `tomclip report` and `tomclip gap`: used, said, and used again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.benchmark_doubles import tiny_classification
from support.command_line import refuse, succeed
from support.emoji_doubles import EncoderDoubles
from support.html_page import Page
from support.run_notebook import Notebook
from support.tiny_workspaces import tiny_workspace

from tomclip import data
from tomclip.core.errors import InputError
from tomclip.data.prompts import Prompts
from tomclip.evaluation import TaskOptions, load_task
from tomclip.export.report import Asked

PAIR = ("--baseline", "teacher", "--encoder", "baseline")
GERMAN = ("ein Bild: {}", "{}")


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "load_benchmark", lambda name, *args, **more: tiny_classification())
    installed = EncoderDoubles()
    installed.install(monkeypatch)
    return installed


@pytest.fixture
def lists(tmp_path: Path) -> tuple[str, ...]:
    """Returns the options that give names of classes in English and German, and German prompts."""
    labels, prompts = tmp_path / "my labels.csv", tmp_path / "prompts.csv"
    rows = [f"class{row},thing {row},Ding {row}" for row in range(40)]
    labels.write_text("\n".join(["class,English,German", *rows, ""]), encoding="utf-8")
    prompts.write_text("\n".join(["de", *GERMAN, ""]), encoding="utf-8")
    return "--labels", str(labels), "--prompts", str(prompts)


def reported(tmp_path: Path, name: str, *options: str) -> Path:
    target = tmp_path / name
    succeed("report", *PAIR, "--data", "cifar100", "--no-shape", *options, "--output", target)
    return target


def first_cell(path: Path) -> dict[str, Any]:
    """Returns what the notebook's first cell of Python defines."""
    notebook = Notebook(path.read_bytes(), run=False)
    source = next(one.source for one in notebook.read.cells if one.cell_type == "code")
    names: dict[str, Any] = {}
    exec(compile(source, "cell", "exec"), names)
    return names


def test_the_page_says_both_lists_and_its_command_gives_them(
    tmp_path: Path, lists: tuple[str, ...]
) -> None:
    page = Page(reported(tmp_path, "report.html", *lists).read_text(encoding="utf-8"))
    said = dict(page.tables["Data"][1:])
    assert said["names of classes"] == f"{lists[1]}: 40 rows in en, de"
    assert said["prompts"] == f"{lists[3]}: de: 'ein Bild: {{}}', '{{}}'"
    assert said["languages"] == "English, German"
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&#x27;--labels" not in text
    assert f"--labels &#x27;{lists[1]}&#x27; --prompts {lists[3]}" in text


def test_the_notebook_reads_both_lists_again(tmp_path: Path, lists: tuple[str, ...]) -> None:
    path = reported(tmp_path, "report.ipynb", *lists)
    words = Notebook(path.read_bytes(), run=False).words
    assert f"{lists[1]}: 40 rows in en, de" in words
    assert "'ein Bild: {}'" in words
    report = first_cell(path)["reports"][0]
    assert report.settings["languages"] == ["en", "de"]
    assert report.settings["prompts"]["de"] == list(GERMAN)


def test_without_lists_nothing_is_said_of_them(tmp_path: Path) -> None:
    page = Page(reported(tmp_path, "report.html").read_text(encoding="utf-8"))
    assert {"names of classes", "prompts"}.isdisjoint(dict(page.tables["Data"][1:]))
    code = Notebook(reported(tmp_path, "report.ipynb").read_bytes(), run=False).code
    assert "read_prompts" not in code


def test_a_run_takes_no_lists(tmp_path: Path, lists: tuple[str, ...]) -> None:
    target = ("--output", tmp_path / "report.html")
    said = refuse("report", "some-run", "--data", "cifar100", *lists, *target)
    assert "--labels and --prompts came with a run, which has been measured" in said


def test_lists_without_their_files_are_refused() -> None:
    options = TaskOptions(prompts=Prompts.of({"de": GERMAN}))
    with pytest.raises(InputError, match="prompts came without their file"):
        Asked(("a", "b"), "emoji", options).command("report.html")


def test_the_gap_is_that_of_the_lists(tmp_path: Path, lists: tuple[str, ...]) -> None:
    target = tmp_path / "gap.json"
    words = ("gap", "--encoder", "teacher", "--data", "cifar100", "--force", "--json", target)
    succeed(*words, *lists)
    values = json.loads(target.read_text())
    assert (values["labels"], values["prompts"]) == (lists[1], lists[3])
    assert {row["language"] for row in values["cells"]} == {"de", "mean"}
    succeed(*words)
    assert "labels" not in json.loads(target.read_text())


def test_names_without_english_have_no_gap_and_the_sentence_says_so(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    rows = [f"class{row},Ding {row}" for row in range(40)]
    path.write_text("\n".join(["class,German", *rows, ""]), encoding="utf-8")
    words = ("gap", "--encoder", "teacher", "--data", "cifar100", "--labels", path)
    assert "the gap is to English, in which cifar100 names no classes here" in refuse(*words)
    assert "Ding 3" in succeed(*words, "--show", "accuracy", "--top", "40")


def test_labels_of_a_workspace_take_prompts(tmp_path: Path, runs: Path) -> None:
    name = f"workspace:{tiny_workspace('mine', tmp_path / 'mine', pictures=True).name}/labels"
    plain, given = load_task(name), Prompts.of({"en": ["something {}", "{}"]})
    task = load_task(name, TaskOptions(prompts=given))
    assert task.texts("en").texts == ("something square", "something round")
    assert task.texts("en").wordings == (("square", "round"),)
    assert plain.texts("en").texts == ("a photo of a square", "a photo of a round")
    assert task.facts(["en"])["prompts"] == {"en": ["something {}", "{}"]}
    assert task.digest(["en"], ["en"]) != plain.digest(["en"], ["en"])
    prompts = tmp_path / "prompts.csv"
    prompts.write_text("ko\n{} 그림\n", encoding="utf-8")
    words = ("evaluate", "--encoder", "teacher", "--data", name, "--prompts", prompts)
    assert f"prompts came in ko, in which {name} names nothing" in refuse(*words)
