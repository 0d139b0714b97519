"""What Overview and reports say of their numbers: no more than intervals and seeds show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tomclip.core.errors import AssetError, InputError
from tomclip.core.types import Score
from tomclip.evaluation import EvaluationReport, compare_reports
from tomclip.evaluation.readings import sentences as readings
from tomclip.evaluation.readings.tables import difference_tables, score_tables


def report(encoder: str, ranks: dict[str, tuple[int, ...]]) -> EvaluationReport:
    """Returns a report of top-1 accuracy whose scores follow from its ranks."""
    scores = [
        Score("zero_shot_top1", 100 * sum(rank == 1 for rank in found) / len(found), language=code)
        for code, found in ranks.items()
    ]
    concepts = len(next(iter(ranks.values())))
    settings = {"ks": [1], "seed": 0, "languages": list(ranks)}
    settings |= {"metric": "cosine", "max_points": 300, "references": []}
    return EvaluationReport(
        encoder, "all", "noto", concepts, tuple(scores), settings, {}, ranks={"zero_shot": ranks}
    )


RIGHT, WRONG = (1,) * 40, (2,) * 40
MIXED = (1, 2) * 20


@pytest.mark.parametrize(
    ("korean", "german", "better", "verdict"),
    [
        (RIGHT, RIGHT, 2, "+50.0 points on average, 95 % interval [+35.0, +65.0], a gain"),
        (WRONG, WRONG, 0, "a loss that the choice of concepts does not explain"),
        (RIGHT, WRONG, 1, "so the two cannot be told apart"),
        (MIXED, MIXED, 0, ": 0.0 points on average, 95 % interval [0.0, 0.0], so the two cannot"),
    ],
)
def test_a_reading_claims_only_what_the_interval_shows(
    korean: tuple[int, ...], german: tuple[int, ...], better: int, verdict: str
) -> None:
    baseline = report("old", {"ko": MIXED, "de": MIXED})
    other = report("new", {"ko": korean, "de": german})
    sentence = readings.accuracy_reading(baseline, other, titles={"old": "Old", "new": "New"})
    assert sentence.startswith(f"**New** is right more often than **Old** in {better} of 2")
    assert verdict in sentence


def trained(**top_1: tuple[float, float]) -> dict[str, Any]:
    """Returns what a manifest says of a student's seeds: accuracy on all and unseen concepts."""
    return {
        "name": "student",
        "seeds": [
            {
                "seed": int(seed.removeprefix("seed_")),
                "scores": [
                    {"subset": "all", "rendering": "noto", "zero_shot_top1": {"value": every}},
                    {"subset": "unseen", "rendering": "noto", "zero_shot_top1": {"value": few}},
                ],
            }
            for seed, (every, few) in top_1.items()
        ],
    }


@pytest.mark.parametrize(
    ("subset", "sentence"),
    [
        ("all", "is +0.8 points on average, from +0.4 to +1.1, a gain with every seed."),
        ("unseen", "from \u22120.5 to +0.5, so the seed decides whether it is a gain."),
        ("seen", ""),
    ],
)
def test_seeds_are_compared_in_pairs_that_both_have(subset: str, sentence: str) -> None:
    baseline = trained(seed_0=(30, 9), seed_1=(31, 9), seed_2=(32, 9), seed_7=(90, 90))
    other = trained(seed_2=(33.1, 9), seed_0=(30.4, 9.5), seed_1=(31.9, 8.5), seed_8=(0, 0))
    found = readings.seeds_reading(baseline, other, subset=subset, rendering="noto")
    assert found.endswith(sentence)
    assert found.startswith("Over 3 training seeds the difference") if sentence else not found


def test_one_run_has_no_spread_and_a_loss_is_one_with_every_seed() -> None:
    baseline, other = trained(seed_0=(30, 9), seed_1=(30, 9)), trained(seed_0=(29, 8))
    of_all = {"subset": "all", "rendering": "noto"}
    assert not readings.seeds_reading(baseline, other, **of_all)
    assert not readings.seeds_reading({}, other, **of_all)
    assert not readings.seeds_reading(baseline, baseline, subset="all", rendering="twemoji")
    lower = trained(seed_0=(29, 8), seed_1=(28, 8))
    assert readings.seeds_reading(baseline, lower, **of_all).endswith("a loss with every seed.")


@pytest.mark.parametrize("seeds", [3, [3], [{"seed": 0}], [{"seed": 0, "scores": [{}]}]])
def test_seeds_of_another_form_are_refused_in_a_sentence(seeds: object) -> None:
    facts = {"name": "mine", "seeds": seeds}
    with pytest.raises(AssetError, match="manifest of 'mine' cannot be read"):
        readings.seeds_reading(facts, facts, subset="all", rendering="noto")


def test_the_note_says_whose_training_runs_are_known() -> None:
    assert readings.seeds_note(["", ""]).endswith("one seed per encoder.")
    assert "ranges over seeds" in readings.seeds_note(["Over 3", "Over 3"])
    assert readings.seeds_note(["Over 3", ""]).endswith("one run is known.")


def test_the_best_and_the_worst_language_leave_english_out() -> None:
    ranks = {"en": RIGHT, "ko": MIXED, "de": WRONG}
    best, worst = readings.extremes(report("new", ranks), "zero_shot_top1")
    assert (best.language, worst.language) == ("ko", "de")


def with_mean(one: EvaluationReport) -> EvaluationReport:
    """Returns the report with the mean over its languages, as evaluations have it."""
    values = [score.value for score in one.scores]
    mean = Score("zero_shot_top1", sum(values) / len(values), language="mean")
    return replace(one, scores=(*one.scores, mean))


def shaped(encoder: str, distance: float, ranks: dict[str, tuple[int, ...]]) -> EvaluationReport:
    """Returns a report with a shape score too; without ranks shapes are all it holds."""
    whole = report(encoder, ranks)
    shape = Score("wasserstein_h0", distance, language="ko", higher_is_better=False)
    return replace(whole, scores=(*whole.scores, shape), ranks={"text_to_image": ranks})


def test_a_verdict_says_only_what_two_encoders_were_measured_for() -> None:
    titles = {"old": "Old", "new": "New"}
    pair = [with_mean(report("old", {"ko": MIXED})), with_mean(report("new", {"ko": RIGHT}))]
    said = readings.verdict(pair, "wasserstein_h0", titles=titles, mark="")
    assert said.startswith("New is right most often (100.0 %; +50.0 points over Old [")
    assert said.endswith("a gain that the choice of concepts does not explain).")
    assert readings.verdict(pair, "wasserstein_h0", titles=titles, asked="text_to_image") == ""
    assert readings.verdict(pair[:1], "wasserstein_h0", titles=titles) == ""


def test_a_baseline_that_leads_is_compared_with_the_next_best() -> None:
    titles = {"old": "Old", "new": "New", "far": "Far"}
    ranks = {"old": RIGHT, "far": WRONG, "new": (*RIGHT[:39], 2)}
    reports = [with_mean(report(name, {"ko": found})) for name, found in ranks.items()]
    said = readings.verdict(reports, "wasserstein_h0", titles=titles)
    assert said.startswith("**Old** is right most often (100.0 %; +2.5 points over New [0.0, +")
    assert said.endswith("so the two cannot be told apart on these concepts).")


def test_a_verdict_names_the_nearest_and_the_most_right_apart() -> None:
    titles = {"old": "Old", "new": "New"}
    pair = [shaped("old", 2.0, {"ko": RIGHT}), shaped("new", 1.5, {"ko": RIGHT})]
    found = readings.verdict(pair, "wasserstein_h0", titles=titles)
    assert found == (
        "**New** keeps the languages nearest to the shape of English "
        "(Wasserstein distance, H0 1.5; Old 2)."
    )


def test_differences_are_written_as_they_are_shown() -> None:
    pair = [report("old", {"ko": MIXED, "de": MIXED}), report("new", {"ko": RIGHT, "de": MIXED})]
    pair = [with_mean(one) for one in pair]
    differences, tests = difference_tables(
        compare_reports(pair[0], pair[1:]), titles={"old": "Old", "new": "New"}
    )
    assert differences.title == "New minus Old, difference [95 % interval]"
    assert differences.header == ("language", "zero-shot top-1, points")
    assert differences.rows[0] == ("ko", "+50.0 [+35.0, +65.0]")
    assert differences.rows[1] == ("de", "0.0 [0.0, 0.0]")
    assert tests.rows[:2] == (("ko", "3.8e-06"), ("de", "1"))
    (scores,) = score_tables(pair, titles={"new": "New"})
    assert scores.header == ("language", "old", "New")
    assert [row[0] for row in scores.rows] == ["ko", "de", "mean"]


def test_a_score_that_was_not_measured_is_refused() -> None:
    pair = [report("old", {"ko": MIXED}), report("new", {"ko": RIGHT})]
    with pytest.raises(InputError, match="'wasserstein_h0' was not measured; use zero_shot_top1"):
        list(score_tables(pair, ["wasserstein_h0"]))
