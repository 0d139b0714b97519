"""`--labels` and `--prompts`: names and prompts of one's own, from files to the scores."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.benchmark_doubles import tiny_classification
from support.command_line import refuse, succeed
from support.emoji_doubles import EncoderDoubles

from tomclip import data
from tomclip.core.types import Embeddings
from tomclip.data.prompts import Prompts
from tomclip.evaluation import emoji_task
from tomclip.evaluation.vectors import ensembled


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "load_benchmark", lambda name, *args, **more: tiny_classification())
    EncoderDoubles().install(monkeypatch)


def labels(tmp_path: Path, first: int = 0) -> Path:
    path = tmp_path / "labels.csv"
    rows = [f"class{row},thing {(row + first) % 40},thing {row}" for row in range(40)]
    path.write_text("\n".join(["class,English,German", *rows]) + "\n", encoding="utf-8")
    return path


def prompts(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "prompts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def report(tmp_path: Path, *options: object, encoder: str = "teacher") -> dict:
    target = tmp_path / "report.json"
    succeed(
        *("evaluate", "--encoder", encoder, "--data", "cifar100", "--no-shape", "--force"),
        *("--json", target, *options),
    )
    return json.loads(target.read_text())


def test_own_names_are_asked_in_their_languages(tmp_path: Path) -> None:
    values = report(tmp_path, "--labels", labels(tmp_path))
    assert values["settings"]["languages"] == ["en", "de"]
    assert {one["value"] for one in values["scores"]} == {100.0}


def test_wrong_names_are_wrong_answers(tmp_path: Path) -> None:
    values = report(tmp_path, "--labels", labels(tmp_path, first=1), "--languages", "en")
    top1 = next(one for one in values["scores"] if one["name"] == "zero_shot_top1")
    assert top1["value"] < 50


def test_own_prompts_are_recorded_with_the_scores(tmp_path: Path) -> None:
    given = prompts(tmp_path, "en,ko\na sketch of {},{} 그림\n{},\n")
    values = report(tmp_path, "--prompts", given)
    expected = {
        "en": ["a sketch of {}", "{}"],
        "ko": "{} 그림",
        "de": "ein Foto von einem/einer {}",
    }
    assert values["settings"]["prompts"] == expected


def test_compare_takes_them_too(tmp_path: Path) -> None:
    given = prompts(tmp_path, "de\nein Bild: {}\n")
    output = succeed(
        *("compare", "--baseline", "teacher", "--encoder", "baseline", "--data", "cifar100"),
        *("--no-shape", "--labels", labels(tmp_path), "--prompts", given, "--languages", "de"),
    )
    assert "de" in output


def test_data_without_classes_takes_no_labels(tmp_path: Path) -> None:
    command = ("evaluate", "--encoder", "teacher", "--data", "emoji", "--labels", labels(tmp_path))
    assert "--labels is for cifar100 and babel_imagenet; leave it out" in refuse(*command)
    command = ("compare", "--baseline", "a", "--encoder", "b", "--data", "xtd10")
    sentence = "--prompts is for emoji and cifar100 and babel_imagenet; leave it out"
    assert sentence in refuse(*command, "--prompts", prompts(tmp_path, "en\n{}\n"))


def test_a_file_that_does_not_fit_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("class,en\nclass0,thing 0\nzebra,zebra\n", encoding="utf-8")
    command = ("evaluate", "--encoder", "teacher", "--data", "cifar100", "--labels", path)
    output = refuse(*command)
    assert "rows that match no class: 1 of 2 (zebra)" in output
    assert "classes without a row: 39 of 40" in output


def test_the_emoji_are_asked_in_prompts(tmp_path: Path) -> None:
    task = emoji_task(prompts=Prompts.of({"ko": ["{} 그림", "{}"]}))
    plain = emoji_task()
    texts = task.texts("ko")
    assert texts.texts[0] == f"{plain.texts('ko').texts[0]} 그림"
    assert texts.wordings == (plain.texts("ko").texts,)
    assert task.texts("en").texts == plain.texts("en").texts
    assert task.digest(["ko"], ["ko"]) != plain.digest(["ko"], ["ko"])
    assert task.digest(["en"], ["en"]) == plain.digest(["en"], ["en"])
    assert task.facts(["en", "ko"]) == {"prompts": {"ko": ["{} 그림", "{}"]}}


def test_an_ensemble_is_the_unit_mean_of_unit_vectors() -> None:
    def embedded(rows: list[list[float]]) -> Embeddings:
        names = tuple("ab")
        vectors = np.array(rows, np.float32)
        return Embeddings(vectors, names, names, ("en",) * 2, "text", "encoder", True)

    first, second = embedded([[1, 0], [0, 1]]), embedded([[0, 1], [0, 1]])
    assert ensembled([first]) is first
    mean = ensembled([first, second])
    half = np.sqrt(0.5)
    np.testing.assert_allclose(mean.vectors, [[half, half], [0, 1]], atol=1e-6)
    assert mean.labels == first.labels
