"""Tables on pages hold nothing that a spreadsheet program would run."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from tomclip import ui


def test_text_that_would_run_is_shown_with_an_apostrophe_and_numbers_stay() -> None:
    def page() -> None:
        import pandas as pd
        import streamlit as st

        from tomclip.ui.parts.tables import show_table

        data = pd.DataFrame(
            {"=name": ["=1+1", "cat"], "value": [-0.5, 2.0], "kind": ["@a", "b"]},
            index=pd.Index(["-x", "y"], name="+z"),
        ).astype({"kind": "category"})
        form = st.column_config.NumberColumn("Value", format="%.1f")
        show_table(data, column_config={"value": form, "=name": "Name"})

    studio = AppTest.from_function(page).run()
    assert not studio.exception
    expected = pd.DataFrame(
        {"'=name": ["'=1+1", "cat"], "value": [-0.5, 2.0], "kind": ["'@a", "b"]},
        index=pd.Index(["'-x", "y"], name="'+z"),
    )
    pd.testing.assert_frame_equal(studio.dataframe[0].value, expected, check_dtype=False)
    assert '"\'=name": {"label": "Name"' in studio.dataframe[0].proto.columns


def test_every_table_on_a_page_is_shown_in_that_way() -> None:
    folder = Path(ui.__file__).parent
    shown = [
        f"{file.relative_to(folder)}:{node.lineno}"
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("dataframe", "table")
        if isinstance(node.value, ast.Name) and node.value.id == "st"
    ]
    assert [place.partition(":")[0] for place in shown] == ["parts/tables.py"]
