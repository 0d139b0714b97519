"""Numbers as people read them."""

from __future__ import annotations

import pandas as pd
import pytest

from tomclip.core.formatting import (
    about,
    decimal,
    duration,
    speed,
    titled_speed,
    without_signed_zeros,
)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (3.14, 1, "+3.1"),
        (-0.4, 1, "\u22120.4"),
        (-0.04, 1, "0.0"),
        (0.04, 1, "0.0"),
        (-0.0, 3, "0.000"),
        (-0.4, 0, "0"),
        (-10.0, 0, "\u221210"),
        (float("nan"), 1, "+nan"),
    ],
)
def test_a_change_that_rounds_to_zero_has_no_sign(value: float, digits: int, shown: str) -> None:
    assert decimal(value, digits, signed=True) == shown


def test_a_number_without_its_plus_keeps_its_minus() -> None:
    assert [decimal(value, 1) for value in (2.0, -2.0, -0.01)] == ["2.0", "\u22122.0", "0.0"]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3600, "1:00:00")]
)
def test_a_duration_has_hours_only_where_there_are_some(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "words", "value"),
    [
        (0.25, "4.0 steps a second", "4.0"),
        (1.0, "1.0 s a step", "1.0 s"),
        (34.2, "34 s a step", "34 s"),
        (150.0, "2:30 min a step", "2:30 min"),
    ],
)
def test_a_slow_step_is_told_by_how_long_it_takes(seconds: float, words: str, value: str) -> None:
    assert speed(seconds) == words
    assert titled_speed(seconds)[1] == value


def test_a_speed_that_is_not_known_is_a_dash() -> None:
    assert titled_speed(0.0) == ("Steps a second", "–")


def test_a_column_of_a_page_holds_no_signed_zero() -> None:
    table = pd.DataFrame({"difference": [-0.04, 0.2, -0.3, float("nan")]})
    shown = without_signed_zeros(table, 1)["difference"]
    assert [f"{value:+.1f}" for value in shown] == ["+0.0", "+0.2", "-0.3", "+nan"]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.2, "5 s"),
        (41.0, "40 s"),
        (57.0, "55 s"),
        (58.0, "1 min"),
        (246.0, "4 min"),
        (3571.0, "1 h"),
        (4980.0, "1 h 20 min"),
        (7190.0, "2 h"),
        (7100.0, "1 h 50 min"),
    ],
)
def test_a_time_that_is_only_about_known_reads_like_no_clock(seconds: float, shown: str) -> None:
    assert about(seconds) == shown
