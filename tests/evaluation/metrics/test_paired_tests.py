"""McNemar's test and Holm's adjustment against hand-computed numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.evaluation import holm_adjusted, mcnemar_p_value
from tomclip.evaluation.metrics.ranking import hits, hits_per_item


def test_only_the_queries_that_the_two_answer_differently_count() -> None:
    first = np.array([1] * 50 + [0] * 8 + [0] * 40 + [1] * 2, dtype=bool)
    second = np.array([1] * 50 + [1] * 8 + [0] * 40 + [0] * 2, dtype=bool)
    # Two-sided sign test of 8 against 2: 2 * (1 + 10 + 45) / 1024.
    assert mcnemar_p_value(first, second) == pytest.approx(112 / 1024)
    assert mcnemar_p_value(second, first) == pytest.approx(112 / 1024)


def test_equal_answers_give_no_evidence() -> None:
    answers = np.array([True, False, True])
    assert mcnemar_p_value(answers, answers) == 1.0


def test_answers_to_different_queries_are_refused() -> None:
    with pytest.raises(InputError, match="same queries"):
        mcnemar_p_value(np.ones(3), np.ones(4))


def test_holm_multiplies_the_smallest_by_all_and_never_decreases() -> None:
    assert holm_adjusted([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm_adjusted([0.5, 0.9]) == pytest.approx((1.0, 1.0))
    assert holm_adjusted([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_no_adjustment_and_bonferroni(p_values: list[float]) -> None:
    adjusted, raw = np.array(holm_adjusted(p_values)), np.array(p_values)
    assert (adjusted >= raw).all()
    assert (adjusted <= np.minimum(len(raw) * raw, 1) + 1e-12).all()


def test_values_per_item_have_the_mean_of_the_queries() -> None:
    values = hits([1, 2, 7, 1], ks=(1, 5))
    per_item = hits_per_item(values, [0, 0, 2, 2], 4)
    assert per_item.shape == (4, 2)
    assert per_item.mean(axis=0) == pytest.approx(values.mean(axis=0))


def test_one_query_an_item_keeps_the_hits() -> None:
    values = hits([1, 2, 7], ks=(1, 5))
    assert hits_per_item(values, [2, 0, 1], 3) == pytest.approx(values[[1, 2, 0]])
