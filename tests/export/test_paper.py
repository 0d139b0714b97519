"""Figures at paper size, without a browser: sizes, letters, legends, labels and inks."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import plotly.graph_objects as go
import pytest
from fontTools.ttLib import TTFont
from support.figure_samples import CONTEXT, FIGURES, score_rows

from tomclip.core.errors import InputError
from tomclip.export.paper import (
    VENUES,
    PaperSettings,
    arranged,
    composed,
    figure_package,
    settings_from,
    venue_width,
)
from tomclip.export.paper.arranging import panel_letter
from tomclip.export.paper.fonts import machine_faces, web_fonts
from tomclip.export.paper.inks import (
    CONTRAST,
    GreySeries,
    colour_of,
    darker,
    grey,
    recoloured,
    saturation,
)
from tomclip.export.paper.labels import relabelled, relabelled_text
from tomclip.export.paper.panels import legend_entries, unit_points
from tomclip.export.sets import PanelSet, panel_of
from tomclip.figures.style.palette import HUES, LANGUAGE_STYLE, LIGHT, LIGHT_DIVERGING, luminance
from tomclip.figures.style.template import TEXT_SIZE, figure_content


def panels(*names: str) -> PanelSet:
    table = score_rows(["mclip"])
    made = (panel_of(FIGURES[n](CONTEXT), key=f"topology/{n}", table=table) for n in names)
    return PanelSet("my set", tuple(made))


def test_a_venue_has_the_width_of_its_guide() -> None:
    assert venue_width("neurips") == pytest.approx(139.7)
    assert venue_width("nature", double=True) == 183
    assert venue_width("icml") * 2 + 0.25 * 25.4 == pytest.approx(venue_width("icml", double=True))
    assert venue_width("acl") * 2 + 6 == venue_width("acl", double=True)
    assert all(30 <= one.single <= (one.double or 420) <= 420 for one in VENUES.values())
    with pytest.raises(InputError, match="venue is 'nowhere'; use neurips"):
        venue_width("nowhere")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"width_mm": 10}, "width_mm is 10; use 30 to 420"),
        ({"columns": 0}, "columns is 0; use 1 to 6"),
        ({"font_pt": 2}, "font_pt is 2; use 4 to 24"),
        ({"dpi": 5000}, "dpi is 5000"),
        ({"row_height_mm": 3}, "row_height_mm is 3; use 15 to 400"),
        ({"theme": "sepia"}, "theme is 'sepia'; use light, dark, print, grey"),
        ({"letters": "i"}, "letters is 'i'"),
        ({"width_mm": float("nan")}, "width_mm is nan"),
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        PaperSettings(**wrong)


def test_kept_settings_are_read_back_and_what_cannot_be_used_is_left() -> None:
    kept = PaperSettings(columns=3, theme="grey", titles=False, width_mm=89)
    assert settings_from(kept.values()) == kept
    odd = {"columns": "x", "width_mm": 1e9, "unknown": 1, "titles": 3, "dpi": True, "font_pt": 7}
    assert settings_from(odd) == PaperSettings(font_pt=7)


def test_the_text_of_a_panel_is_as_large_as_asked_in_print() -> None:
    for size in (6.0, 8.0, 11.0):
        settings = PaperSettings(font_pt=size)
        assert TEXT_SIZE * unit_points(settings) == pytest.approx(size)


def test_panels_fill_rows_and_those_of_a_row_are_as_high() -> None:
    plan = arranged(panels("betti", "diagram", "accuracy").panels, PaperSettings(columns=2))
    assert [len(row.panels) for row in plan.rows] == [2, 1]
    assert len({one.height for one in plan.rows[0].panels}) == 1
    assert len({one.width for row in plan.rows for one in row.panels}) == 1
    assert plan.rows[0].titles[0][0].split("\u2002") == ["a", "Betti curves, H0"]


def test_a_row_has_the_height_that_was_asked_for() -> None:
    settings = PaperSettings(row_height_mm=40, titles=False, letters="none", legend="none")
    plan = arranged(panels("betti", "diagram").panels, settings)
    assert plan.height_mm == pytest.approx(40 + 1.6, abs=0.2)


def test_a_panel_of_many_parts_is_as_wide_as_the_figure() -> None:
    plan = arranged(panels("betti", "form_trade_off", "betti").panels, PaperSettings(columns=2))
    assert [len(row.panels) for row in plan.rows] == [1, 1, 1]
    narrow, wide, _ = (row.panels[0].width for row in plan.rows)
    assert wide > 2 * narrow


def test_fewer_panels_than_columns_fill_the_width() -> None:
    whole = arranged(panels("betti").panels, PaperSettings(columns=3)).rows[0].panels[0].width
    assert whole * unit_points(PaperSettings()) == pytest.approx(183 / 25.4 * 72, abs=1)


@pytest.mark.parametrize(
    ("style", "letters"), [("a", "ab"), ("A", "AB"), ("(a)", ["(a)", "(b)"]), ("none", ["", ""])]
)
def test_panels_are_lettered(style: Any, letters: Any) -> None:
    assert [panel_letter(n, PaperSettings(letters=style)) for n in range(2)] == list(letters)


def test_panels_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(InputError, match="too narrow to read; take fewer columns"):
        arranged(panels(*["betti"] * 6).panels, PaperSettings(width_mm=60, columns=6))


def test_a_set_without_panels_and_an_unknown_format_are_refused() -> None:
    with pytest.raises(InputError, match="has no panels"):
        composed(PanelSet("none"), PaperSettings())
    with pytest.raises(InputError, match="format is 'eps'; use svg, pdf"):
        composed(panels("betti"), PaperSettings(), ["eps"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="pixels long at 1200 dpi"):
        composed(panels("betti"), PaperSettings(width_mm=420, dpi=1200))


def test_one_legend_stands_for_panels_that_agree() -> None:
    plan = arranged(panels("betti", "map").panels, PaperSettings())
    assert plan.legend is not None
    names = [one["name"] for one in legend_entries(plan.legend.figure)]
    assert len(names) == len(set(names))
    assert {"English", "한국어"} <= set(names)
    assert not any(legend_entries(p.figure) for row in plan.rows for p in row.panels)
    both = {one["name"]: one for one in figure_content(plan.legend.figure)["data"]}["한국어"]
    assert both["mode"] == "lines+markers"
    assert both["marker"]["symbol"] == LANGUAGE_STYLE["ko"].symbol


def test_a_panel_that_draws_a_name_otherwise_keeps_its_legend() -> None:
    figure = FIGURES["betti"](CONTEXT)
    figure.update_traces(line_color="#123456", selector={"name": "한국어"})
    table = score_rows(["mclip"])
    own = panel_of(figure, key="topology/betti", table=table)
    plan = arranged((*panels("betti").panels, own), PaperSettings())
    kept = [len(legend_entries(one.figure)) > 0 for one in plan.rows[0].panels]
    assert kept == [False, True]


def test_the_own_legend_and_none_are_possible() -> None:
    each = arranged(panels("betti").panels, PaperSettings(legend="each"))
    none = arranged(panels("betti").panels, PaperSettings(legend="none"))
    assert (each.legend, none.legend) == (None, None)
    assert legend_entries(each.rows[0].panels[0].figure)
    assert not legend_entries(none.rows[0].panels[0].figure)


@pytest.mark.parametrize(
    ("labels", "written"),
    [
        ("drawn", "Korean and 日本語, not Koreans"),
        ("english", "Korean and Japanese, not Koreans"),
        ("own", "한국어 and 日本語, not Koreans"),
        ("both", "Korean · 한국어 and Japanese · 日本語, not Koreans"),
    ],
)
def test_names_of_languages_are_written_as_wished(labels: Any, written: str) -> None:
    text = "Korean and 日本語, not Koreans"
    assert relabelled_text(text, labels) == written
    assert relabelled({"name": text, "customdata": [text]}, labels) == {
        "name": written,
        "customdata": [text],
    }


def test_both_names_of_a_language_are_one_name() -> None:
    assert relabelled_text("Barcode · Korean · 한국어", "own") == "Barcode · 한국어"
    assert relabelled_text("English", "both") == "English"


def test_colours_are_found_in_their_forms() -> None:
    assert colour_of("#AABBCC") == ("#aabbcc", 1.0)
    assert colour_of("rgba(1, 2,3,.5)") == ("#010203", 0.5)
    assert [colour_of(other) for other in ("red", "rgb(a,b,c)", 3, "#abc")] == [None] * 4


def test_print_inks_are_dark_enough_and_ramps_stay() -> None:
    for hue in HUES:
        assert 1.05 / (luminance(darker(LIGHT[hue])) + 0.05) >= CONTRAST
        assert saturation(darker(LIGHT[hue])) > 0.2
    assert darker(LIGHT["ink"]) == "#000000"
    assert [darker(step) for step in LIGHT_DIVERGING] == list(LIGHT_DIVERGING)


def test_greys_have_no_colour_and_the_lightness_of_the_colour() -> None:
    for hue in HUES:
        assert saturation(grey(LIGHT[hue])) == 0
        assert luminance(grey(LIGHT[hue])) == pytest.approx(luminance(LIGHT[hue]), abs=0.01)


def test_thirteen_languages_stay_apart_in_grey() -> None:
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": code,
            "line": {"color": style.colour, "dash": style.dash},
            "marker": {"color": style.colour, "symbol": style.symbol},
        }
        for code, style in LANGUAGE_STYLE.items()
        if code != "en"
    ]
    series = GreySeries(traces)
    changed = [series.trace(trace) for trace in traces]
    assert len({(one["line"]["color"], one["line"]["dash"]) for one in changed}) == len(traces)
    assert len({one["marker"]["symbol"] for one in changed}) == len(traces)
    assert all(saturation(one["line"]["color"]) == 0 for one in changed)
    assert [series.trace(trace) for trace in traces] == changed


def test_a_mark_that_is_no_series_symbol_stays() -> None:
    trace = {"name": "x", "mode": "markers", "marker": {"color": "#d55e00", "symbol": "line-ew"}}
    assert GreySeries([trace]).trace(trace)["marker"]["symbol"] == "line-ew"


def test_colours_in_texts_lists_and_styles_are_changed_and_data_are_not() -> None:
    content = {
        "marker": {"color": ["#d55e00", "rgba(213,94,0,0.5)"]},
        "text": "<span style='color:#d55e00'>#d55e00</span>",
        "customdata": ["#d55e00"],
        "x": ["#d55e00"],
    }
    assert recoloured(content, lambda _: "#000000") == {
        "marker": {"color": ["#000000", "rgba(0,0,0,0.5)"]},
        "text": "<span style='color:#000000'>#d55e00</span>",
        "customdata": ["#d55e00"],
        "x": ["#d55e00"],
    }


@pytest.mark.parametrize("theme", ["print", "grey"])
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_figure_can_be_made_ready_for_paper(name: str, theme: Any) -> None:
    settings = PaperSettings(theme=theme, language_labels="own", columns=1)
    plan = arranged(panels(name).panels, settings)
    (row,) = plan.rows
    layout: Any = row.panels[0].figure.layout
    assert (layout.title.text, layout.updatemenus, layout.sliders) == ("", (), ())
    assert not row.panels[0].figure.frames
    assert 30 < plan.height_mm < (800 if name == "language_maps" else 400)


def test_a_page_with_zoom_needs_no_browser_and_no_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    page = composed(panels("betti", "map"), PaperSettings(), ["html"])["html"].decode()
    assert page.count("<figure>") == 2
    assert "<script src=" not in page
    assert "a Betti curves, H0" in page


def test_titles_are_text_in_a_page_with_zoom() -> None:
    made = panels("betti").panels[0].retitled("<script>alert(1)</script>")
    page = composed(PanelSet("<b>", (made,)), PaperSettings(), ["html"])["html"].decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_archive_holds_figure_numbers_record_and_lines() -> None:
    found = panels("betti", "map")
    lined = panel_of(
        FIGURES["diagram"](CONTEXT),
        key="topology/diagram",
        table=score_rows(["mclip"]),
        lines="figure = 1\n",
        choices={"subset": "seen"},
    )
    found = PanelSet("My figure: ü", (*found.panels, lined))
    content = figure_package(found, PaperSettings(width_mm=89), {"svg": b"<svg/>"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert sorted(names) == [
        "My_figure_u_3_panels_89mm_light.svg",
        "README.txt",
        "a_topology_betti.csv",
        "b_topology_map.csv",
        "c_topology_diagram.csv",
        "c_topology_diagram.py",
        "figure.json",
    ]
    record = json.loads(names["figure.json"])
    assert record["settings"]["width_mm"] == 89
    assert record["panels"][0]["title"] == "Betti curves, H0"
    assert record["panels"][2]["choices"] == {"subset": "seen"}
    assert record["panels"][0]["figure"]["n_points"] == 300
    assert "fingerprint" in record["panels"][0]["encoders"]["mclip"]
    assert all(name in names["README.txt"].decode() for name in names if name != "README.txt")


@pytest.mark.skipif(not machine_faces(), reason="no fonts on this machine")
def test_fonts_are_cut_to_the_text_and_hold_quadratic_outlines() -> None:
    fonts = web_fonts(["DejaVu Sans", "Noto Sans CJK KR"], "Aé한", "B")
    covered = frozenset[int]().union(*(one.covers for one in fonts if one.weight == 400))
    assert covered <= set(map(ord, "Aé한"))
    assert ord("A") in covered
    for one in fonts:
        with TTFont(io.BytesIO(one.content)) as font:
            assert "glyf" in font
            assert "CFF " not in font
            assert frozenset(font.getBestCmap() or {}) >= one.covers
        assert f"font-weight:{one.weight}" in one.rule


def test_a_figure_that_is_not_of_the_house_is_composed_too() -> None:
    plain = go.Figure(go.Scatter(x=[1, 2], y=[1, 2], name="x"), layout={"title": {"text": "own"}})
    made = panel_of(plain, key="own/figure", table=score_rows(["mclip"]))
    plan = arranged([made], PaperSettings())
    assert plan.rows[0].titles[0][0].endswith("own")
