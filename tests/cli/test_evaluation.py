"""evaluate and compare on benchmarks from the command line, with encoders that are doubles."""

from __future__ import annotations

import json
from inspect import signature
from pathlib import Path

import pytest
from support.benchmark_doubles import LANGUAGES, tiny_classification, tiny_retrieval
from support.command_line import refuse, succeed
from support.emoji_doubles import NOISE, EncoderDoubles
from support.evaluations import evaluate_benchmark
from support.html_page import Page

from tomclip import data
from tomclip.cli.evaluation import OPTIONS, Evaluation, on_data
from tomclip.data import BENCHMARKS
from tomclip.evaluation import (
    EvaluationReport,
    benchmark_task,
    class_hits,
    english_gap_cells,
    task_sources,
)
from tomclip.evaluation.clip_benchmark import model_and_pretrained

TINY = {"cifar100": tiny_classification, "xflickr_co": lambda: tiny_retrieval(captions=2)}


@pytest.fixture(autouse=True)
def directories(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path | None]:
    """Stands tiny benchmarks in for the files; returns the directories that were asked for."""
    asked: list[Path | None] = []

    def load(name: str, directory: Path | None = None, *, languages: object = None) -> object:
        asked.append(directory)
        return TINY[name]()

    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(data, "load_benchmark", load)
    EncoderDoubles().install(monkeypatch)
    return asked


def test_every_benchmark_can_be_named() -> None:
    assert list(task_sources()) == ["emoji", *BENCHMARKS, "icons"]


def test_evaluate_writes_what_the_library_finds(
    tmp_path: Path, directories: list[Path | None]
) -> None:
    target = tmp_path / "report.json"
    output = succeed(
        *("evaluate", "--encoder", "baseline", "--data", "cifar100", "--directory", tmp_path),
        *("--json", target),
    )
    assert directories == [tmp_path]
    values = json.loads(target.read_text())
    assert values["data"] == "cifar100"
    report = EvaluationReport.from_dict(values)
    assert report.to_dict() == evaluate_benchmark("baseline", tiny_classification()).to_dict()
    assert "baseline, cifar100, 80 pictures" in output
    mean = report.score("zero_shot_top1")
    assert f"{mean.value:.1f} [{mean.ci_low:.1f}, {mean.ci_high:.1f}]" in output
    assert "chance" not in output


def test_evaluate_says_which_scores_guessing_could_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOISE, "lost", 1000.0)
    output = succeed(
        *("evaluate", "--encoder", "lost", "--data", "xflickr_co", "--languages", "de"),
        "--no-shape",
    )
    (sentence,) = (line for line in output.splitlines() if "chance" in line)
    assert sentence.startswith("Not above chance, by the 95 % interval: ")
    assert "text → picture recall@1 in de, mean" in sentence


def test_compare_shows_a_test_beside_every_interval(tmp_path: Path) -> None:
    target = tmp_path / "differences.json"
    output = succeed(
        *("compare", "--baseline", "baseline", "--encoder", "better", "--data", "xflickr_co"),
        *("--no-shape", "--json", target),
    )
    values = json.loads(target.read_text())
    found = {(row["name"], row["language"]): row for row in values["differences"]}
    german = found["text_to_image_recall_at_1", "de"]
    (line,) = (line for line in output.split("McNemar")[1].splitlines() if line[:4] == " de ")
    assert line.split()[1] == f"{german['adjusted_p_value']:.2g}"
    assert found["text_to_image_recall_at_1", "mean"]["p_value"] is None
    assert values["data"] == "xflickr_co"


def test_a_report_of_retrieval_says_what_right_means(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    succeed(
        *("report", "--baseline", "baseline", "--encoder", "better", "--data", "xflickr_co"),
        *("--no-shape", "--output", target),
    )
    page = Page(target.read_text(encoding="utf-8"))
    (verdict,) = page.texts["verdict"]
    assert " pictures, " in verdict
    assert "is right most often" in verdict
    assert page.texts["note"][0].startswith(
        "Right: the right picture comes first (text → picture recall@1). "
    )
    assert "Text → picture recall@1, % [95 % interval]; higher is better" in page.tables


def rows_of(tmp_path: Path, name: str) -> list[dict]:
    target = tmp_path / "rows.jsonl"
    succeed(
        *("evaluate", "--encoder", "baseline", "--data", name, "--no-shape"),
        *("--clip-benchmark", target),
    )
    return [json.loads(line) for line in target.read_text().splitlines()]


def test_clip_benchmark_rows_of_classification_have_that_project_s_keys(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "cifar100")
    assert [row["language"] for row in rows] == list(LANGUAGES)
    for row in rows:
        assert list(row) == ["dataset", "model", "pretrained", "task", "metrics", "language"]
        assert row["task"] == "zeroshot_classification"
        assert list(row["metrics"]) == ["acc1", "acc5", "mean_per_class_recall"]
        # Every class has two pictures, so that both means agree.
        assert row["metrics"]["mean_per_class_recall"] == pytest.approx(row["metrics"]["acc1"])
    report = evaluate_benchmark("baseline", tiny_classification(), shape=False)
    expected = report.score("zero_shot_top5", "ko").value / 100
    assert rows[1]["metrics"]["acc5"] == pytest.approx(expected)


def test_clip_benchmark_rows_of_retrieval_name_what_is_found(tmp_path: Path) -> None:
    row = rows_of(tmp_path, "xflickr_co")[2]
    report = evaluate_benchmark("baseline", tiny_retrieval(captions=2), shape=False)
    assert (row["dataset"], row["task"]) == ("xflickr_co", "zeroshot_retrieval")
    assert set(row["metrics"]) == {
        f"{found}_retrieval_recall@{k}" for found in ("image", "text") for k in (1, 5, 10)
    }
    found = report.score("text_to_image_recall_at_1", "de").value / 100
    assert row["metrics"]["image_retrieval_recall@1"] == pytest.approx(found)


def test_clip_benchmark_rows_of_the_emoji_hold_both_tasks(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "emoji")
    assert [row["task"] for row in rows[:2]] == ["zeroshot_classification", "zeroshot_retrieval"]


def test_an_open_clip_name_is_split_as_that_project_does() -> None:
    assert model_and_pretrained("ViT-B-32/openai") == ("ViT-B-32", "openai")
    assert model_and_pretrained("mclip") == ("mclip", "")
    for name in ("M-CLIP/XLM-Roberta-Large-Vit-B-32", "hf-hub:timm/ViT-B-16-SigLIP2", str(Path())):
        assert model_and_pretrained(name) == (name, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--data cifar100 --rendering noto", "--rendering is for the emoji"),
        ("--data xflickr_co --subset unseen", "--subset is for the emoji"),
        ("--data emoji --directory .", "--directory is for benchmarks"),
        ("--data cifar100 --languages fr", "cifar100 has en, ko, de"),
        ("--data cifar100 --clip-benchmark rows.json", "does not end in .jsonl"),
    ],
)
def test_an_option_that_makes_no_sense_for_the_data_is_refused(
    arguments: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in refuse("evaluate", "--encoder", "baseline", *arguments.split())


def test_compare_refuses_such_options_too() -> None:
    command = ("compare", "--baseline", "baseline", "--encoder", "better", "--data", "cifar100")
    assert "--rendering is for the emoji" in refuse(*command, "--rendering", "noto")


def test_the_gap_of_a_benchmark_is_by_class(tmp_path: Path) -> None:
    target = tmp_path / "gap.json"
    output = succeed("gap", "--encoder", "baseline", "--data", "cifar100", "--json", target)
    values = json.loads(target.read_text())
    assert values["by"] == "class"
    task = benchmark_task(tiny_classification())
    report = evaluate_benchmark("baseline", tiny_classification())
    expected = english_gap_cells(class_hits(report, task))
    assert [row["value"] for row in values["cells"]] == pytest.approx(expected["value"].tolist())
    assert "every class" in output


def test_captions_have_no_classes_to_fall_behind_in() -> None:
    sentence = refuse("gap", "--encoder", "baseline", "--data", "xflickr_co")
    assert "xflickr_co asks encoders for text_to_image, image_to_text and names no classes" in (
        " ".join(sentence.split())
    )


def test_commands_on_data_take_the_same_options_and_give_what_they_make() -> None:
    given: list[Evaluation] = []

    @on_data(shape=False)
    def command(before: int, *, chosen: Evaluation, after: str = "x") -> None:
        given.append(chosen)

    names = list(signature(command).parameters)
    assert names == ["before", *(name for name in OPTIONS if name != "shape"), "after"]
    defaults = {name: default for name, (_, default) in OPTIONS.items() if name != "shape"}
    command(before=1, after="y", **{**defaults, "languages": "en,ko"})
    (chosen,) = given
    assert (chosen.languages, chosen.shape, chosen.data) == ("en,ko", False, "emoji")
    assert signature(command).parameters["subset"].default == "all"
