"""The table of a study: hand-computed means, intervals and gains, and the paper's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tomclip.core.errors import ConfigError, InputError, RunError
from tomclip.core.types import Event, Score
from tomclip.evaluation.studies.experiments import BASELINE, MEASURES, STUDIES, study
from tomclip.evaluation.studies.plan import PlannedRun, plan_study, read_plan, settle_plan
from tomclip.evaluation.studies.table import study_table, study_values, validation_table
from tomclip.runs import RunStatus, append_event, write_status

LOW = study("low-resource")


def values_of(**by_recipe: Sequence[float]) -> pd.DataFrame:
    """Returns top-1 on CIFAR-100 of MCLIP and ToMCLIP, one value per seed, other scores 0."""
    return pd.DataFrame(
        {
            "data": "cifar100",
            "recipe": recipe,
            "seed": seed,
            "score": score,
            "value": value if score == "zero_shot_top1" else 0.0,
        }
        for recipe, values in by_recipe.items()
        for seed, value in enumerate(values)
        for score in MEASURES["cifar100"]
    )


def top1(table: pd.DataFrame, recipe: str) -> pd.Series:
    return table[(table["recipe"] == recipe) & (table["score"] == "zero_shot_top1")].iloc[0]


def test_a_gain_is_taken_seed_by_seed() -> None:
    table = study_table(LOW, values_of(MCLIP=[50, 60, 40], ToMCLIP=[52, 62, 42]))
    row = top1(table, "ToMCLIP")
    assert (row["gain"], row["gain_low"], row["gain_high"]) == pytest.approx((2, 2, 2))
    assert row["high"] - row["low"] > 10
    assert np.isnan(top1(table, BASELINE)["gain"])


def test_published_values_stand_where_there_are_any() -> None:
    table = study_table(LOW, values_of(MCLIP=[50, 51], ToMCLIP=[52, 53]))
    assert top1(table, BASELINE)["published"] == 50.24
    assert top1(table, "ToMCLIP")["published"] == 53.31
    assert np.isnan(top1(table, "ToMCLIP (dm)")["published"])
    assert np.isnan(top1(study_table(study("full"), values_of(MCLIP=[1])), BASELINE)["published"])


def test_a_recipe_without_runs_has_no_value() -> None:
    row = top1(study_table(LOW, values_of(MCLIP=[50, 51])), "ToMCLIP (ta)")
    assert row["seeds"] == 0
    assert np.isnan(row[["value", "low", "gain"]].astype(float)).all()


def test_a_plain_baseline_has_a_row_where_it_was_measured() -> None:
    titles = set(study_table(LOW, values_of(MCLIP=[50, 51]))["recipe"])
    assert titles == {recipe.title for recipe in LOW.recipes}
    row = top1(study_table(LOW, values_of(MCLIP=[50, 51], **{"ridge, E5": [53, 53]})), "ridge, E5")
    assert (row["value"], row["low"], row["gain"]) == pytest.approx((53, 53, 2.5))


def test_values_without_a_column_are_refused() -> None:
    with pytest.raises(InputError, match="lack seed"):
        study_table(LOW, values_of(MCLIP=[50]).drop(columns="seed"))


def test_a_run_s_values_are_the_means_over_languages() -> None:
    scores = {name: Score(name, place, "%") for place, name in enumerate(MEASURES["xflickr_co"])}
    report = SimpleNamespace(data="xflickr_co", score=scores.__getitem__)
    run = PlannedRun("mclip-seed3", BASELINE, 3, {})
    rows = study_values(run, report)  # type: ignore[arg-type]
    assert [(row["score"], row["value"], row["seed"]) for row in rows] == [
        ("text_to_image_recall_at_1", 0, 3),
        ("image_to_text_recall_at_1", 1, 3),
    ]


def test_every_study_has_the_baseline_and_measures_for_its_data() -> None:
    for found in STUDIES.values():
        assert found.recipes[0].title == BASELINE
        assert set(found.data) <= set(MEASURES)
        for (data, recipe), values in found.published.items():
            assert data in found.data
            assert recipe in {one.title for one in found.recipes}
            assert set(values) <= set(MEASURES[data])


def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(InputError, match="low-resource, low-resource-weights, full, emoji"):
        study("medium")


def test_runs_of_a_plan_differ_by_seed_and_recipe_alone() -> None:
    plan = plan_study(study("emoji"), seeds=2)
    configs = [run.training() for run in plan.runs[:2]]
    assert [config.seed for config in configs] == [0, 1]
    assert replace(configs[0], name="same", seed=0) == replace(configs[1], name="same", seed=0)
    assert len({run.name for run in plan.runs}) == 10
    assert not plan.is_trial


def test_few_pairs_stand_beside_english_of_the_rest_and_closed_forms() -> None:
    configs = {run.recipe: run.training() for run in plan_study(LOW, seeds=1).runs}
    for recipe in (BASELINE, "ToMCLIP"):
        anchored, plain = configs[f"{recipe} + English anchor"], configs[recipe]
        assert anchored.data.english_anchor.captions == "rest"
        without = replace(anchored.data, english_anchor=plain.data.english_anchor)
        assert replace(anchored, name=plain.name, data=without) == plain
    ridge = configs["ridge, XLM-R"]
    assert (ridge.student.head, ridge.student.trainable) == ("ridge", "head")
    assert (ridge.data, ridge.teacher) == (configs[BASELINE].data, configs[BASELINE].teacher)
    anchors = {one.title: one.anchor for one in LOW.baselines}
    assert anchors["ridge, E5"] is None
    assert anchors["ridge, E5, English anchor"] == "rest"


def test_weights_are_tried_over_three_decades_with_the_published_one_among_them() -> None:
    weights = study("low-resource-weights")
    configs = {run.recipe: run.training() for run in plan_study(weights, seeds=1).runs}
    published = {run.recipe: run.training() for run in plan_study(LOW, seeds=1).runs}
    assert replace(configs["ToMCLIP, weight 0.01"], name="tomclip-seed0") == published["ToMCLIP"]
    tried = {
        (loss.recipe, loss.metric, loss.weights_in, loss.distance_matrix_weight, loss.h0_weight)
        for loss in (one.loss for one in configs.values())
    }
    assert len(tried) == len(configs) == 17
    for unit, recipe, metric, most, terms in (
        ("loss", "paper", "euclidean", 1.0, (1, 1)),
        ("gradient", "exact", "cosine", 10.0, (1, 1)),
        ("gradient", "exact", "cosine", 10.0, (1, 0)),
        ("gradient", "exact", "cosine", 10.0, (0, 1)),
    ):
        for decades in (1000, 100, 10, 1):
            asked = (most / decades * term for term in terms)
            assert (recipe, metric, unit, *asked) in tried
    assert set(weights.published) <= {(d, r) for d in weights.data for r in configs}
    assert (
        weights.published["cifar100", "ToMCLIP, weight 0.01"]
        == LOW.published["cifar100", "ToMCLIP"]
    )


def test_where_the_vectors_lie_makes_no_trial_and_what_is_read_does() -> None:
    def is_trial(**changes: object) -> bool:
        named = {key.replace("__", "."): value for key, value in changes.items()}
        return plan_study(LOW, seeds=1, changes=named).is_trial

    assert not is_trial(data__targets="targets/all")
    assert is_trial(data__targets="targets/all", data__pairs=100)


def test_the_best_validation_of_a_recipe_is_the_mean_over_its_seeds(tmp_path: Path) -> None:
    plan = plan_study(study("emoji"), seeds=2)
    for run in plan.runs:
        ranks = (0.1, 0.5 + 0.1 * run.seed, 0.3) if run.recipe == BASELINE else (0.2,)
        path = tmp_path / run.name
        path.mkdir()
        write_status(path, RunStatus("finished", step=2, total=2))
        for step, rank in enumerate(ranks):
            values = {"mean_reciprocal_rank": {"mean": rank, "en": rank}}
            append_event(path, Event(step, 0.0, "validation", values))
    rows = {row["recipe"]: row for row in validation_table(plan, tmp_path).to_dict("records")}
    assert list(rows) == [one.title for one in study("emoji").recipes]
    ours = rows[BASELINE]
    assert ours["value"] == pytest.approx(0.55)
    assert ours["high"] - ours["value"] == pytest.approx(12.706 * 0.05, rel=1e-3)
    assert (rows["ToMCLIP"]["value"], rows["ToMCLIP"]["seeds"]) == (0.2, 2)


def test_a_plan_is_read_back_as_it_was(tmp_path: Path) -> None:
    plan = plan_study(study("emoji"), seeds=1, steps=3, changes={"optimiser.batch_size": 8})
    assert settle_plan(plan, tmp_path) == read_plan(tmp_path) == settle_plan(plan, tmp_path)
    assert plan.is_trial


def test_a_damaged_plan_stops_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(RunError, match=r"plan\.json cannot be read"):
        settle_plan(plan_study(study("emoji"), seeds=1), tmp_path)


def test_too_many_seeds_are_refused() -> None:
    with pytest.raises(ConfigError, match="seeds is 101"):
        plan_study(study("emoji"), seeds=101)
