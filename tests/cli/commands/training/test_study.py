"""study: a file, trials of two steps over folds and seeds, their results, and the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from support.command_line import refuse, succeed, tomclip
from support.tiny_encoders import write_teacher

from tomclip import training
from tomclip.cli.interruption import INTERRUPTED
from tomclip.config import load_config
from tomclip.core.languages import LANGUAGES
from tomclip.studies.results import read_result_file, results_table
from tomclip.studies.study import read_fold_study
from tomclip.studies.trials import Trial, groups_of, trials_of

SHAPE = {"hidden_size": 16, "layers": 1, "heads": 2, "intermediate_size": 32, "max_tokens": 12}

CHOOSE = {"folds": [0], "seeds": [9], "multiples": [1], "learning_rates": [0.001]}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two forms, two folds and two seeds, each trial of two steps."""
    folder = tmp_path_factory.mktemp("study")
    base = {
        "teacher": str(write_teacher(tmp_path_factory.mktemp("teacher"))),
        "data": {"languages": ["en", "ko"], "share": 0.05},
        "student": SHAPE,
        "loss": {"distance_matrix_weight": 0.1},
        "optimiser": {"steps": 2, "batch_size": 16, "warmup_steps": 0},
        "validation": {"every_steps": 2},
    }
    (folder / "base.yaml").write_text(yaml.safe_dump(base))
    asked = {
        "base": str(folder / "base.yaml"),
        "baseline": "plain",
        "folds": [0, 3],
        "seeds": [0, 1],
        "forms": {"plain": {"loss.distance_matrix_weight": 0.0}, "distance matrix": {}},
    }
    (folder / "few.yaml").write_text(yaml.safe_dump(asked))
    return folder / "few.yaml"


@pytest.fixture(scope="module")
def done(file: Path) -> tuple[Path, dict, str]:
    """The finished study: its folder, the JSON and what was printed."""
    folder = file.parent / "out"
    output = succeed("study", str(file), "--directory", folder, "--json", folder / "t.json")
    return folder, json.loads((folder / "t.json").read_text()), output


def trials(file: Path) -> list[Trial]:
    study = read_fold_study(file)
    return [trial for group in groups_of(study) for trial in trials_of(study, group, {})]


def test_every_trial_leaves_a_result_and_no_run(file: Path, done: tuple[Path, dict, str]) -> None:
    folder, _, _ = done
    assert len(trials(file)) == 8
    assert {path.name for path in (folder / "results").iterdir()} == {
        f"{t.name}.json.gz" for t in trials(file)
    }
    assert not list((folder / "runs").iterdir())
    found = read_result_file(folder / "results" / "plain-fold3-seed1.json.gz")
    assert (found["fold"], found["seed"], found["config"]["data"]["fold"]) == (3, 1, 3)
    assert found["config"]["loss"]["distance_matrix_weight"] == 0.0
    assert set(found["scores"]["emoji"]["zero_shot_top1"]) == {*LANGUAGES, "mean"}
    assert set(found["scores"]["icons"]) == {"zero_shot_top1", "zero_shot_top5"}
    assert found["training"]["steps"] == 2
    assert {"commit", "versions", "seconds"} <= set(found)


def test_the_table_is_that_of_the_results(file: Path, done: tuple[Path, dict, str]) -> None:
    folder, values, output = done
    results = results_table(
        read_result_file(folder / "results" / f"{trial.name}.json.gz") for trial in trials(file)
    )
    chosen = results[
        (results["score"] == "zero_shot_top1")
        & (results["language"] == "mean")
        & (results["data"] == "emoji")
    ]
    means = chosen.groupby("form")["value"].mean()
    rows = {row["form"]: row for row in values["conditions"][""]}
    plain, other = rows["plain"], rows["distance matrix"]
    assert plain["value"] == pytest.approx(means["plain"])
    assert other["gain"] == pytest.approx(means["distance matrix"] - means["plain"])
    assert (other["folds"], other["runs"]) == (2, 4)
    assert "8 trials, 8 to go" in output
    assert other["verdict"].split()[0] in output


def test_a_study_that_is_there_is_not_repeated(
    file: Path, done: tuple[Path, dict, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "train", None)
    assert "8 trials, 0 to go" in succeed("study", str(file), "--directory", done[0])


def test_a_dry_run_counts_and_writes_nothing(file: Path, tmp_path: Path) -> None:
    output = succeed("study", str(file), "--directory", tmp_path / "new", "--dry-run")
    assert "2 forms, 2 folds, 2 seeds: 8 trials, 8 to go" in output
    assert not (tmp_path / "new").exists()


def test_a_stopped_study_goes_on_where_it_was(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, begun = training.train, []

    def stopping(config, *, directory, should_stop):
        begun.append(directory.name)
        ends = len(begun) == 2
        return train(config, directory=directory, should_stop=lambda: ends)

    monkeypatch.setattr(training, "train", stopping)
    stopped = tomclip("study", str(file), "--directory", tmp_path)
    assert stopped.exit_code == INTERRUPTED
    assert "the same command goes on" in stopped.stderr
    assert len(list((tmp_path / "results").iterdir())) == 1
    succeed("study", str(file), "--directory", tmp_path)
    assert len(begun) == 8, "the stopped one was resumed"
    assert len(list((tmp_path / "results").iterdir())) == 8


def test_a_result_of_another_configuration_or_damaged_is_refused(
    file: Path, done: tuple[Path, dict, str], tmp_path: Path
) -> None:
    changed = yaml.safe_load(file.read_text())
    changed["forms"]["distance matrix"] = {"loss.distance_matrix_weight": 5.0}
    other = tmp_path / "few.yaml"
    other.write_text(yaml.safe_dump(changed))
    assert "of another configuration" in refuse("study", str(other), "--directory", done[0])
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "plain-fold0-seed0.json.gz").write_text("{")
    assert "delete it to repeat" in refuse("study", str(file), "--directory", tmp_path)


def test_a_score_of_a_language_and_of_other_pictures_can_be_asked_for(
    file: Path, done: tuple[Path, dict, str]
) -> None:
    options = ("--score", "zero_shot_top5", "--data", "icons", "--language", "ko", "--json", "-")
    found = json.loads(succeed("study", str(file), "--directory", done[0], *options))
    folder = done[0] / "results"
    values = [
        read_result_file(path)["scores"]["icons"]["zero_shot_top5"]["ko"]
        for path in folder.glob("plain-*.json.gz")
    ]
    rows = {row["form"]: row["value"] for row in found["conditions"][""]}
    assert rows["plain"] == pytest.approx(sum(values) / 4, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"baseline": "nobody"}, "baseline is 'nobody'; name one of the forms"),
        ({"folds": [0, 7]}, "use each at most once, from 0 to 4"),
        ({"folds": [1]}, "give at least 2 folds"),
        ({"seeds": [1, 1]}, "each seed once"),
        ({"forms": {"a b": {}, "a-b": {}}, "baseline": "a b"}, "same letters"),
        ({"forms": {"plain": {"loss.h9": 1}, "x": {}}}, "h9"),
        ({"base": "nothing.yaml"}, "nothing.yaml does not exist"),
        ({"colour": 3}, "colour"),
        ({"conditions": {"a": {"forms": ["x"]}}}, "the forms of 'a' names 'x'"),
        ({"conditions": {"a": {"forms": ["distance matrix"]}}}, "lack the baseline"),
        ({"conditions": {"a": {"settings_of": "b"}}}, "settings_of names 'b'"),
        ({"contrasts": {"c": ["", "far"]}}, "contrasts names 'far'"),
        ({"choose": {**CHOOSE, "seeds": [0]}}, "must not confirm"),
        ({"choose": {**CHOOSE, "folds": [9]}}, "from 0 to 4"),
        ({"choose": {**CHOOSE, "keep_weights": ["z"]}}, "keep_weights names 'z'"),
        ({"plain": {"p": "magic"}}, "magic"),
    ],
)
def test_what_is_no_study_is_one_sentence(
    change: dict, sentence: str, file: Path, tmp_path: Path
) -> None:
    values = yaml.safe_load(file.read_text()) | change
    (tmp_path / "few.yaml").write_text(yaml.safe_dump(values))
    assert sentence in refuse("study", str(tmp_path / "few.yaml"), "--directory", tmp_path)


def test_a_condition_that_is_not_there_is_one_sentence(file: Path, tmp_path: Path) -> None:
    options = ("--directory", tmp_path, "--condition", "far")
    assert "condition is 'far'; use one of" in refuse("study", str(file), *options)


def test_a_study_changes_fold_seed_and_form_alone(file: Path) -> None:
    base = load_config(read_fold_study(file).base)
    for trial in trials(file):
        assert trial.config.optimiser == base.optimiser
        assert trial.config.teacher == base.teacher
        assert (trial.config.data.fold, trial.config.seed) == (trial.group.fold, trial.group.seed)
