"""Tables for spreadsheet programs: text that would run there is made harmless."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from tomclip.export import figure_bundle, spreadsheet_csv
from tomclip.export.spreadsheets import harmless, harmless_table


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x.example","x")',
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "＝1",
        "-inf",
        "+",
        "-",
    ],
)
def test_a_cell_that_would_run_begins_with_an_apostrophe(text: str) -> None:
    table = pd.DataFrame({"concept": [text, "cat"], "value": [1.0, 2.0]})
    assert cells(spreadsheet_csv(table))[1] == [f"'{text}", "1.0"]
    as_category = table.astype({"concept": "category"})
    assert spreadsheet_csv(as_category) == spreadsheet_csv(table)


@pytest.mark.parametrize(
    "text", ["cat", "개", "a=b", "'=1", "", "-0.5", "+3", "1e-3", "-1.5E+2", "."]
)
def test_other_texts_and_numbers_written_as_text_stay(text: str) -> None:
    assert harmless(text) == text


def test_negative_numbers_stay_numbers() -> None:
    table = pd.DataFrame({"x": [-0.5, np.nan], "n": [-3, 4], "mixed": [-1.5, "-x"]})
    table["day"] = pd.to_datetime(["2025-01-02", "2025-01-03"])
    assert cells(spreadsheet_csv(table))[1:] == [
        ["-0.5", "-3", "-1.5", "2025-01-02"],
        ["", "4", "'-x", "2025-01-03"],
    ]


def test_names_of_columns_and_index_are_cells_too() -> None:
    table = pd.DataFrame({"=a": ["x"]}, index=pd.Index(["-y"], name="@id"))
    assert cells(spreadsheet_csv(table)) == [["'@id", "'=a"], ["'-y", "x"]]
    assert table.columns.tolist() == ["=a"]


def test_labels_of_several_levels_are_cells_too() -> None:
    index = pd.MultiIndex.from_tuples([("=a", 1), ("b", 2)], names=["+x", None])
    safe = harmless_table(pd.DataFrame({("@k", "l"): [1, 2]}, index=index))
    assert list(safe.index) == [("'=a", 1), ("b", 2)]
    assert (list(safe.index.names), list(safe.columns)) == (["'+x", None], [("'@k", "l")])


def test_the_table_of_a_bundle_is_harmless_and_its_facts_are_not_changed() -> None:
    figure = go.Figure(layout={"title": "=x", "meta": {"encoder": ["=x"]}})
    data = pd.DataFrame({"concept": ["=1+1"], "birth": [-1.0]})
    content = figure_bundle(figure, name="bundle", data=data, formats=(), facts={"f": "=1"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert cells(archive.read("bundle/data.csv"))[1] == ["'=1+1", "-1.0"]
        assert json.loads(archive.read("bundle/metadata.json"))["facts"] == {"f": "=1"}
