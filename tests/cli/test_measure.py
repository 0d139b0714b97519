"""embed, diagrams, evaluate and compare from the command line, with encoders that are doubles."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command_line import refuse, succeed, tomclip
from support.emoji_doubles import CODES, EncoderDoubles, concept_vectors, tiny_dataset

from tomclip.core.paths import assets_directory
from tomclip.evaluation import EvaluationReport, compare_reports, sample_rows
from tomclip.topology import persistence_diagrams

LANGUAGES = ",".join(CODES)


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    return EncoderDoubles().install(monkeypatch)


def test_evaluate_shows_a_table_and_writes_the_same_numbers(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.json"
    output = succeed("evaluate", "--encoder", "baseline", "--json", target)
    values = json.loads(target.read_text())
    report = EvaluationReport.from_dict(values)
    assert values["data"] == "emoji"
    assert list(report.table().index) == [*CODES, "mean"]
    mean = report.score("zero_shot_top1")
    assert f"{mean.value:.1f} [{mean.ci_low:.1f}, {mean.ci_high:.1f}]" in output
    assert f"{report.score('bottleneck_h1_to_teacher', 'ko').value:.4f}" in output


def test_evaluate_prints_only_json_for_a_dash() -> None:
    values = json.loads(succeed("evaluate", "--encoder", "baseline", "--json", "-", "--no-shape"))
    assert {score["unit"] for score in values["scores"]} == {"%"}
    assert values["settings"]["references"] == []
    assert "ranks" not in values


def test_evaluate_takes_its_settings_from_the_options(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    succeed(
        *("evaluate", "--encoder", "better", "--data", "emoji", "--subset", "unseen"),
        *("--languages", "ko, de", "--rendering", "noto", "--seed", "5", "--per-item"),
        *("--no-cache", "--json", target),
    )
    report = EvaluationReport.from_dict(json.loads(target.read_text()))
    assert (report.subset, report.rendering, report.n_concepts) == ("unseen", "noto", 14)
    assert (report.settings["languages"], report.settings["seed"]) == (["ko", "de"], 5)
    assert len(report.ranks["text_to_image"]["de"]) == 14


def test_compare_writes_the_library_s_differences(tmp_path: Path) -> None:
    target = tmp_path / "differences.json"
    output = succeed(
        *("compare", "--baseline", "baseline", "--encoder", "better", "--encoder", "teacher"),
        *("--languages", LANGUAGES, "--json", target),
    )
    assert "better minus baseline" in output
    assert "teacher minus baseline" in output
    rows = pd.DataFrame(json.loads(target.read_text())["differences"])
    reports = []
    for name in ("baseline", "better"):
        text = succeed("evaluate", "--encoder", name, "--json", "-", "--per-item")
        reports.append(EvaluationReport.from_dict(json.loads(text)))
    expected = compare_reports(reports[0], reports[1:])
    found = rows[rows["encoder"] == "better"]
    for column in ("difference", "ci_low", "ci_high"):
        assert np.allclose(found[column].astype(float), expected[column], equal_nan=True)


def test_compare_shows_the_scores_that_are_asked_for() -> None:
    output = succeed(
        *("compare", "--baseline", "baseline", "--encoder", "better", "--languages", "ko"),
        *("--no-shape", "--score", "zero_shot_top5"),
    )
    assert "top5" in output
    assert "recall" not in output


def test_diagrams_are_those_of_the_sampled_names(tmp_path: Path) -> None:
    target = tmp_path / "diagrams.json"
    output = succeed(
        *("diagrams", "--encoder", "teacher", "--languages", "en,ko", "--metric", "euclidean"),
        *("--max-points", "20", "--json", target),
    )
    assert "teacher, euclidean, 20 points" in output
    values = json.loads(target.read_text())
    rows = sample_rows(40, max_points=20)
    assert values["concept_ids"] == [f"id{row:02d}" for row in rows]
    points = concept_vectors()[rows].astype(np.float32)
    for found, expected in zip(
        values["diagrams"]["ko"], persistence_diagrams(points, metric="euclidean"), strict=True
    ):
        pairs = [[b, np.inf if d is None else d] for b, d in found["pairs"]]
        assert np.allclose(np.reshape(pairs, (-1, 2)), expected.pairs)
        assert (found["homology_dimension"], found["n_points"]) == (expected.homology_dimension, 20)


def test_loops_of_equal_languages_live_equally_long(tmp_path: Path) -> None:
    target = tmp_path / "loops.json"
    output = succeed(
        *("loops", "--encoder", "teacher", "--here", "ko", "--subset", "all"),
        *("--metric", "euclidean", "--top", "1", "--json", target),
    )
    assert "40 concepts: 1 of" in output
    for loop in json.loads(target.read_text())["loops"]:
        assert loop["there"] == [loop["loop"]["birth"], loop["loop"]["death"]]
        assert len(loop["words"]) == len(loop["loop"]["points"]) >= 4


def test_equal_languages_do_not_differ(tmp_path: Path) -> None:
    target = tmp_path / "tests.json"
    output = succeed(
        *("difference", "--encoder", "teacher", "--languages", "ko", "--pairs", "4"),
        *("--json", target),
    )
    assert "40 concepts in 4 samples" in " ".join(output.split())
    found = json.loads(target.read_text())["tests"]
    assert [(test["language"], test["homology_dimension"]) for test in found] == [
        ("ko", 0),
        ("ko", 1),
    ]
    assert all(test["adjusted_p_value"] == 1 for test in found)


def test_embed_writes_npz_that_needs_no_pickle(tmp_path: Path) -> None:
    target = tmp_path / "ko.npz"
    succeed("embed", "--encoder", "teacher", "--language", "ko", "--output", target)
    with np.load(target, allow_pickle=False) as stored:
        assert np.allclose(stored["vectors"], concept_vectors())
        assert stored["ids"].tolist() == list(tiny_dataset().concepts["id"])
        assert set(stored["languages"]) == {"ko"}
        assert (str(stored["encoder"]), str(stored["modality"])) == ("teacher", "text")


def test_embed_writes_parquet_of_the_pictures_of_a_subset(tmp_path: Path) -> None:
    target = tmp_path / "pictures.parquet"
    succeed(
        *("embed", "--encoder", "better", "--rendering", "noto"),
        *("--subset", "unseen", "--output", target),
    )
    table = pd.read_parquet(target)
    assert np.allclose(np.stack(table["vector"]), concept_vectors()[26:])
    assert set(table["modality"]) == {"image"}


def test_embed_reads_texts_from_a_file(tmp_path: Path) -> None:
    texts, target = tmp_path / "texts.txt", tmp_path / "texts.npz"
    texts.write_text("word 3\n\nword 1\n", encoding="utf-8")
    output = succeed("embed", "--encoder", "teacher", "--texts", texts, "--output", target)
    assert "2 vectors of dimension 8" in output
    with np.load(target) as stored:
        assert np.allclose(stored["vectors"], concept_vectors()[[3, 1]])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("evaluate --encoder clip", "there is no encoder 'clip'"),
        ("evaluate --encoder baseline --languages xx", "language is 'xx'"),
        ("evaluate --encoder baseline --rendering apple", "rendering is 'apple'"),
        ("evaluate --encoder baseline --json report.txt", "does not end in .json"),
        ("compare --baseline clip --encoder better", "there is no encoder 'clip'"),
        ("compare --baseline baseline --encoder better --score top1", "'top1' was not measured"),
        ("diagrams --encoder baseline --languages ko,yy", "language is 'yy'"),
        ("diagrams --encoder baseline --points 2", "max_points is 2"),
        ("diagrams --encoder baseline --engine javaplex", "engine is 'javaplex'"),
        ("loops --encoder baseline --here yy", "language is 'yy'"),
        ("difference --encoder baseline", "12 disjoint subsamples"),
        ("embed --encoder baseline --language xx --output x.npz", "language is 'xx'"),
        ("embed --encoder baseline --output x.csv", "does not end in .npz or .parquet"),
        ("embed --encoder baseline --output x.npz --texts none.txt", "none.txt cannot be read"),
        ("embed --encoder baseline --output x.npz --texts empty.txt", "empty.txt holds no text"),
    ],
)
def test_a_mistake_gets_one_sentence_and_leaves_no_file(
    arguments: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_text("\n")
    assert sentence in refuse(*arguments.split())
    left = {path.name for path in tmp_path.iterdir()} - {"cache"}
    assert left == {"empty.txt"}


COMMANDS = {
    "report.json": ("evaluate", "--encoder", "baseline", "--json"),
    "differences.json": ("compare", "--baseline", "baseline", "--encoder", "better", "--json"),
    "diagrams.json": ("diagrams", "--encoder", "baseline", "--json"),
    "vectors.npz": ("embed", "--encoder", "baseline", "--output"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_existing_file_is_replaced_only_when_forced(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    target.write_text("mine")
    assert "exists; choose another name or add --force" in refuse(*COMMANDS[name], target)
    assert target.read_text() == "mine"
    succeed(*COMMANDS[name], target, "--force")
    assert target.read_bytes() != b"mine"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_place_that_cannot_be_written_is_refused_before_any_work(
    name: str, tmp_path: Path, doubles: EncoderDoubles
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in refuse(*COMMANDS[name], tmp_path / "file" / name)
    assert not doubles.calls


def test_a_folder_is_no_output_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    assert "is a folder" in refuse(*COMMANDS["report.json"], tmp_path / "a.json")


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.json"
    target.write_text("mine")

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tomclip.core.atomic.os.replace", full)
    sentence = refuse(*COMMANDS["report.json"], target, "--force")
    assert "No space left on device" in sentence
    assert target.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "report.json"}


def test_an_unknown_choice_lists_the_known_ones() -> None:
    result = tomclip("evaluate", "--encoder", "baseline", "--subset", "new")
    assert result.exit_code == 2
    assert "all" in result.stderr
    assert "unseen" in result.stderr


@pytest.fixture
def real_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the doubles away again; skips where the trained encoders are not in the checkout."""
    if not (assets_directory() / "emoji" / "students" / "mclip").is_dir():
        pytest.skip("the trained encoders are not in this checkout")
    monkeypatch.undo()


@pytest.mark.slow
@pytest.mark.usefixtures("real_encoders")
def test_the_real_student_beats_chance_by_far_in_another_language() -> None:
    text = succeed(
        *("evaluate", "--encoder", "mclip", "--languages", "en,ko", "--subset", "unseen"),
        *("--no-shape", "--json", "-"),
    )
    values = json.loads(text)
    top1 = {s["language"]: s["value"] for s in values["scores"] if s["name"] == "zero_shot_top1"}
    chance = 100 / values["n_concepts"]
    assert min(top1.values()) > 5 * chance
