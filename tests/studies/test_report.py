"""What a study's page and document say of a made study whose effects are known."""

from __future__ import annotations

import gzip
import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from support.checkout import ROOT
from support.command_line import refuse, succeed
from support.made_study import (
    CORE,
    FOLDS,
    GAINS,
    IN_ENGLISH,
    IN_KOREAN,
    LEVELS,
    OTHER_SCORES,
    SEEDS,
    WITH,
    WITHOUT,
    made_study,
    scores_of,
    study_values,
    trials_in,
    write_choices,
    write_study,
)

from tomclip.cli.config_changes import configured
from tomclip.core.errors import InputError, RunError
from tomclip.core.languages import LANGUAGES
from tomclip.studies.loading import LoadedStudy, open_study
from tomclip.studies.report import frames
from tomclip.studies.report.conditions import core_conditions, pair_shares
from tomclip.studies.report.figures import study_figures
from tomclip.studies.report.frames import Asked
from tomclip.studies.report.markdown import results_markdown
from tomclip.studies.report.opened import differences, repeating_command, runs, trials_of_form
from tomclip.studies.report.selection import selected
from tomclip.studies.report.verdict import broken_off, progress_sentence, verdicts
from tomclip.studies.report.writing import BEGIN, END, filled_text
from tomclip.studies.results import read_result_file, write_result
from tomclip.studies.study import read_fold_study, study_file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with all its results; only read it."""
    folder = tmp_path_factory.mktemp("studies") / "small"
    made_study(folder)
    return folder


@pytest.fixture(scope="module")
def loaded(folder: Path) -> LoadedStudy:
    return open_study(folder)


def test_core_conditions_are_those_that_compare_most_forms(loaded: LoadedStudy) -> None:
    assert core_conditions(loaded.study) == CORE
    shipped = read_fold_study(study_file("few_pairs"))
    assert core_conditions(shipped) == CORE


def test_shares_are_told_by_configurations_and_not_by_titles(loaded: LoadedStudy) -> None:
    places = pair_shares(loaded.study)
    assert {title: tuple(place) for title, place in places.items()} == {
        WITHOUT: (0.1, False),
        WITH: (0.1, True),
        "2 % of the pairs": (0.02, False),
        "2 % and English": (0.02, True),
    }
    shipped = pair_shares(read_fold_study(study_file("few_pairs")))
    assert sorted({place.share for place in shipped.values()}) == [0.02, 0.05, 0.1, 0.3, 1.0]
    assert not any("USE" in title or "Korean" in title or "tenth" in title for title in shipped)


def test_planted_gains_are_found_with_their_verdicts(loaded: LoadedStudy) -> None:
    table = frames.gains(loaded, CORE, Asked())
    for condition in CORE:
        rows = table[table["condition"] == condition].set_index("form")
        for form, (gain, _) in GAINS.items():
            if form != "point-wise":
                assert rows.loc[form, "gain"] == pytest.approx(gain, abs=1e-4), form
        assert rows.loc["point-wise", "value"] == pytest.approx(LEVELS[condition] + 0.15, abs=1e-3)
        assert rows["verdict"].to_dict() == {
            "point-wise": rows.loc["point-wise", "verdict"],
            "contrastive": "does not help",
            "trees": "helps",
            "loops": "does not help",
            "edges": "undecided",
            "ridge": "does not help",
        }
        assert rows.loc["edges", "runs"] == FOLDS * SEEDS


def test_every_language_has_the_gain_of_its_own_values(loaded: LoadedStudy) -> None:
    table = frames.gains_by_language(loaded, [WITH], Asked())
    assert table["language"].iloc[0] == "mean"
    assert set(table["language"]) == {"mean", *LANGUAGES}
    trees = table[table["form"] == "trees"]["gain"]
    assert trees.to_numpy() == pytest.approx([2.0] * 14, abs=1e-4)
    assert "point-wise" not in set(table["form"])


def test_the_lowest_language_of_every_run_is_tested_as_the_mean_is(loaded: LoadedStudy) -> None:
    found = frames.language_spread(loaded, WITH)
    lowest = found["lowest language"].set_index("form")
    level = LEVELS[WITH] + 0.15 + IN_KOREAN
    assert lowest.loc["point-wise", "value"] == pytest.approx(level, abs=1e-3)
    assert lowest.loc["trees", "gain"] == pytest.approx(2.0, abs=1e-3)
    apart = found["best less lowest"].set_index("form")
    assert apart.loc["trees", "value"] == pytest.approx(IN_ENGLISH - IN_KOREAN, abs=1e-3)
    assert apart.loc["trees", "gain"] == pytest.approx(0.0, abs=1e-3)


def test_a_share_s_band_is_that_of_student_s_t_over_the_folds(loaded: LoadedStudy) -> None:
    table = frames.shares(loaded, Asked())
    assert set(table["form"]) == {"point-wise", "trees"}, "the others have one share alone"
    (row,) = table[(table["condition"] == "2 % and English") & (table["form"] == "trees")].to_dict(
        "records"
    )
    values = [36 + 2 + 1.5 * (fold - 1) + off + 0.15 for fold, off in enumerate((-0.05, 0, 0.05))]
    half = 4.302653 * pd.Series(values).std() / FOLDS**0.5
    assert row["value"] == pytest.approx(sum(values) / 3, abs=1e-3)
    assert row["high"] - row["value"] == pytest.approx(half, rel=1e-3)
    assert (row["share"], row["anchored"], row["folds"]) == (2.0, True, FOLDS)


def test_the_front_is_found_in_each_condition_whatever_direction_is_better(
    loaded: LoadedStudy,
) -> None:
    for shape in ("wasserstein_h0_to_teacher", "linear_cka_to_teacher_above_chance"):
        table = frames.trade_offs(loaded, CORE, Asked(), shape)
        front = table[table["pareto"]]
        assert list(zip(front["condition"], front["form"], strict=True)) == [
            (WITHOUT, "trees"),
            (WITH, "trees"),
        ]
        factor = OTHER_SCORES[shape]
        shift = 10.0 if factor < 0 else 0.0
        first = table.iloc[0]
        assert first["shape"] == pytest.approx(shift + factor * first["accuracy"], abs=1e-3)


def test_the_candidates_show_what_was_chosen(loaded: LoadedStudy) -> None:
    table = selected(loaded, "2 % and English")
    assert set(table["condition"]) == {WITH}, "settings come from the condition that chose them"
    chosen = table[table["chosen"]].set_index("form")
    assert chosen[["multiple", "learning_rate"]].to_dict("index")["trees"] == {
        "multiple": 1.0,
        "learning_rate": 0.001,
    }
    assert chosen["runs"].unique() == [2]
    assert chosen.loc["trees", "value"] == pytest.approx(0.7005)
    assert len(chosen) == 5


def test_the_sentence_names_what_helps_and_what_could_have_been_seen(loaded: LoadedStudy) -> None:
    for condition, said in zip(CORE, verdicts(loaded), strict=True):
        assert said.startswith(f"**{condition}:** **trees** (+2.00 points [")
        assert "helps over point-wise" in said
        assert "Of 3 structural forms, 1 does not help and 1 is undecided" in said
        assert "a gain of 3.26 points or more" in said
    assert progress_sentence(loaded) == ""


def test_without_a_form_that_helps_the_largest_gain_is_named(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    for file in (copy / "results").glob("trees-10*"):
        file.unlink()
    (first, _) = verdicts(open_study(copy))
    assert first.startswith(f"**{WITHOUT}, so far:** ")
    assert "no structural form helps over point-wise. Of 2 structural forms" in first
    assert "The largest gain is that of *edges*, +0.60 points" in first


def test_runs_of_a_form_are_held_against_the_baseline_of_their_fold_and_seed(
    loaded: LoadedStudy,
) -> None:
    table = runs(loaded, WITH, "edges", Asked())
    assert table[["fold", "seed"]].to_numpy().tolist() == [
        [fold, seed] for fold in range(FOLDS) for seed in range(SEEDS)
    ]
    expected = [0.6 + off for off in GAINS["edges"][1] for _ in range(SEEDS)]
    assert table["gain"].to_numpy() == pytest.approx(expected, abs=1e-3)
    assert table["seconds"].unique() == [12.0]


def test_the_command_of_a_run_makes_its_configuration_again(loaded: LoadedStudy) -> None:
    for form in ("trees", "edges", "point-wise"):
        trial = trials_of_form(loaded, WITH, form)[-1]
        program, command, *options = shlex.split(repeating_command(loaded, trial))
        assert (program, command, options[0]) == ("tomclip", "train", "--config")
        assert set(options[2::2]) == {"--set"}
        assert configured(Path(options[1]), options[3::2]) == trial.config


def test_a_closed_form_is_repeated_by_its_study(loaded: LoadedStudy) -> None:
    (trial, *_) = trials_of_form(loaded, WITH, "ridge")
    words = shlex.split(repeating_command(loaded, trial))
    assert words == [
        *("tomclip", "study", "small", "--directory", "NEW", "--condition", WITH),
    ]
    assert differences(loaded, WITH, "ridge") == {}


def test_what_differs_from_the_baseline_is_the_form_alone(loaded: LoadedStudy) -> None:
    assert differences(loaded, WITH, "edges") == {
        "loss.recipe": ("edges", "exact"),
        "loss.h0_weight": (0.5, 0.0),
    }


def test_every_figure_of_the_document_opens_the_runs_behind_its_marks(loaded: LoadedStudy) -> None:
    drawn = study_figures(loaded)
    assert list(drawn) == [
        *("gains", "gains_by_language", "shares", "trade_off", "settings_1", "settings_2"),
    ]
    forms = {(trial.group.condition, trial.form) for trial in loaded.trials.values()}
    for one in drawn.values():
        traces: Any = one.figure.data
        marked = [trace for trace in traces if trace.customdata is not None]
        marks = [tuple(mark[:2]) for trace in marked for mark in trace.customdata]
        assert marks
        assert set(marks) <= forms


def test_the_tables_hold_the_numbers_of_the_results(loaded: LoadedStudy) -> None:
    text = results_markdown(loaded)
    row = next(line for line in text.splitlines() if line.startswith("| trees | structural"))
    assert row.startswith("| trees | structural | 32.1 | +2.00 [+1.88, +2.12] |")
    assert row.endswith("| helps |")
    assert "| English, 10 % | 30.1 | 40.1 | +10.00 [+10.00, +10.00] |" in text
    assert f"| {WITH} | trees | 1 | 0.5 | 0.001 |" in text
    assert "| ridge | 12 | 1.5 |" in text
    secondary = text[text.index(f"### Secondary outcomes, {WITH}") :]
    gains = next(line for line in secondary.splitlines() if line.startswith("| trees |"))
    assert "| **−0.2000** |" in gains, "a tenth of the gain, and distances fall"
    assert "Runs that broke off" not in text


def test_a_run_that_broke_off_is_named_and_missing(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    name = trials_in(copy)[0].name
    file = copy / "results" / f"{name}.json.gz"
    values = read_result_file(file) | {"scores": {}, "training": {"error": "not a number"}}
    file.write_bytes(gzip.compress(json.dumps(values).encode()))
    broken = open_study(copy)
    assert broken_off(broken) == {name: "not a number"}
    assert f"| {name} | not a number |" in results_markdown(broken)


def test_a_damaged_result_is_refused_or_left_out(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    name = trials_in(copy)[3].name
    (copy / "results" / f"{name}.json.gz").write_text("{")
    with pytest.raises(RunError, match="delete it to repeat"):
        open_study(copy)
    found = open_study(copy, leave_out_refused=True)
    assert list(found.refused) == [name]
    assert len(found.results) == len(found.trials) - 1
    assert progress_sentence(found).startswith(f"{len(found.results):,} of {len(found.trials):,}")


def test_a_study_that_is_choosing_or_has_begun_is_told_as_far_as_it_is(tmp_path: Path) -> None:
    write_study(tmp_path / "new")
    new = open_study(tmp_path / "new")
    assert results_markdown(new) == "Settings are still being chosen; no trial has begun."
    assert study_figures(new)["gains"].figure.layout.meta["empty"]  # type: ignore[union-attr]
    write_choices(tmp_path / "chosen")
    (tmp_path / "chosen" / "choices.json").unlink()
    one = next((tmp_path / "chosen" / "selection").iterdir())
    one.unlink()
    choosing = open_study(tmp_path / "chosen")
    assert {*selected(choosing, WITHOUT)["runs"], *selected(choosing, WITH)["runs"]} == {1, 2}
    made_study(tmp_path / "begun", trials=20)
    begun = open_study(tmp_path / "begun")
    assert verdicts(begun) == (), "results of one fold are not tested"
    text = results_markdown(begun)
    assert text.startswith("20 of 108 trials are done")
    assert f"| trees | structural | {30 - 1.5 + 2 - 0.05:.1f} |  |" in text


def test_the_command_writes_figures_and_tables_and_trains_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tomclip.export.browser_available", lambda: False)
    where = ("--directory", folder, "--write", tmp_path / "out")
    output = succeed("study", str(folder / "study.yaml"), *where)
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == [
        *("contrasts.csv", "contrasts.parquet", "figures.html", "forms.csv", "forms.parquet"),
        *("results.csv", "results.md", "results.parquet"),
    ]
    assert all(name in output for name in files)
    table = pd.read_parquet(tmp_path / "out" / "results.parquet")
    pd.testing.assert_frame_equal(table, open_study(folder).table)
    page = (tmp_path / "out" / "figures.html").read_text()
    assert page.count("Plotly.newPlot(") == 6
    assert "Gain over point-wise: zero-shot top-1" in page
    assert 'src="http' not in page, "it needs no network"
    text = (tmp_path / "out" / "results.md").read_text()
    assert text == f"# small\n\n{results_markdown(open_study(folder))}\n"


@pytest.mark.browser
def test_figures_are_written_as_svg_where_a_browser_is(
    folder: Path, tmp_path: Path, chromium: Path
) -> None:
    succeed("study", str(folder / "study.yaml"), "--directory", folder, "--write", tmp_path)
    assert (tmp_path / "gains.svg").read_text().startswith("<svg")


def test_the_tables_go_between_the_markers_of_a_document(folder: Path, tmp_path: Path) -> None:
    document = tmp_path / "study.md"
    document.write_text(f"# Study\n\n## Results\n\n{BEGIN}\n\nold\n\n{END}\n\nThe end.\n")
    command = ("study", str(folder / "study.yaml"), "--directory", folder, "--document", document)
    assert "has the tables now" in succeed(*command)
    text = document.read_text()
    block = results_markdown(open_study(folder))
    assert text == f"# Study\n\n## Results\n\n{BEGIN}\n\n{block}\n\n{END}\n\nThe end.\n"
    assert "had these tables already" in succeed(*command)
    document.write_text("# Study\n")
    assert "0 times '<!-- results: begin -->'" in refuse(*command)


def test_markers_in_the_wrong_order_or_twice_are_refused() -> None:
    for text in (f"{END} {BEGIN}", f"{BEGIN} {END} {END}"):
        with pytest.raises(InputError, match="write each once, in this order"):
            filled_text(text, "block")


@pytest.mark.parametrize(
    ("study", "document"), [("few_pairs", "study.md"), ("other_forms", "other_forms.md")]
)
def test_the_document_that_ships_has_the_tables_of_the_results_that_ship(
    study: str, document: str
) -> None:
    folder = ROOT / "studies" / study
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    block = results_markdown(open_study(folder))
    assert filled_text(text, block) == text, (
        f"run 'tomclip study {study} --directory studies/{study} --document docs/{document}'"
    )


def test_a_study_of_one_condition_and_no_choice_is_told_too(tmp_path: Path) -> None:
    values = study_values()
    for key in ("conditions", "contrasts", "choose", "plain"):
        del values[key]
    values["forms"] = {name: values["forms"][name] for name in ("point-wise", "contrastive")}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(values))
    for trial in trials_in(tmp_path):
        write_result(trial, scores_of(trial), tmp_path, seconds=1.0, training={})
    loaded = open_study(tmp_path)
    (said,) = verdicts(loaded)
    assert said.startswith("**All forms:** no form helps over point-wise. Of 1 form, 1 does not")
    assert "### Forms\n" in results_markdown(loaded)
    assert list(study_figures(loaded)) == ["gains", "gains_by_language", "shares", "trade_off"]
