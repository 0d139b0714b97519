"""Compare's table of differences: a row a language, intervals in the cells, sorted by numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest

from tomclip.ui.pages.compare.difference_table import by_language

NAMES = {"base": "Base", "one": "One", "two": "Two"}


def long_table() -> pd.DataFrame:
    """Returns differences of two encoders in three languages; one of them is missing."""
    rows = [
        ("one", "en", 10.0, 3.14, 0.2, 6.04),
        ("one", "ko", 20.0, -0.04, -1.0, 1.0),
        ("one", "mean", 15.0, 1.55, np.nan, np.nan),
        ("two", "en", 10.0, -12.5, -20.0, -5.0),
        ("two", "mean", 15.0, 2.0, 1.0, 3.0),
    ]
    names = ["encoder", "language", "baseline_value", "difference", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=names).assign(n=300, unit="%", value=0.0)


def test_there_is_a_row_a_language_and_a_column_an_encoder() -> None:
    wide, cells = by_language(long_table(), NAMES, digits=1)
    assert list(wide) == ["language", "Base", "One", "Two"]
    assert list(wide["language"]) == ["English", "Korean", "Mean"]
    assert list(wide["Base"]) == [10.0, 20.0, 15.0]
    assert list(wide["One"]) == [3.14, -0.04, 1.55]
    assert np.isnan(wide["Two"][1])
    assert cells["One"] == ["+3.1 [+0.2, +6.0]", "0.0 [−1.0, +1.0]", "+1.6"]
    assert cells["Two"] == ["−12.5 [−20.0, −5.0]", "–", "+2.0 [+1.0, +3.0]"]


def page(table: object) -> None:
    from tomclip.ui.pages.compare.difference_table import show_difference_table

    titles = {"base": "Same", "one": "Same", "two": "Other"}
    show_difference_table(table, "zero_shot_top1", baseline="base", titles=titles)  # type: ignore[arg-type]


def test_encoders_of_one_title_are_told_apart_and_cells_show_intervals() -> None:
    studio = AppTest.from_function(page, args=(long_table(),)).run()
    assert not studio.exception
    shown = studio.dataframe[0]
    assert list(shown.value) == [
        "language",
        "Same (base)",
        "Same (one) − Same (base)",
        "Other − Same (base)",
    ]
    assert list(shown.value.iloc[:, 2]) == [3.14, -0.04, 1.55]
    displayed = pa.ipc.open_stream(shown.proto.arrow_data.styler.display_values).read_pandas()
    assert displayed.iloc[0, 2] == "+3.1 [+0.2, +6.0]"
    assert "300 concepts" in studio.caption[0].value
