"""Sets of figures on disk: kept whole, opened again, changed in order, refused when damaged."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from support.figure_samples import CONTEXT, FIGURES, score_rows

from tomclip.core.errors import InputError
from tomclip.core.paths import figure_sets_directory, workspaces_owned_by
from tomclip.export.sets import (
    MOST_PANELS,
    SUFFIX,
    Panel,
    PanelSet,
    add_panel,
    count_panels,
    delete_set,
    files,
    keep_settings,
    move_panel,
    open_set,
    panel_of,
    put_panel,
    remove_panel,
    rename_set,
    retitle_panel,
    save_set,
    set_names,
)


@pytest.fixture(autouse=True)
def own_sets(runs: Path) -> Path:
    return runs


def panel(title: str = "", *, lines: str = "") -> Panel:
    return panel_of(
        FIGURES["betti"](CONTEXT),
        key="topology/betti",
        table=score_rows(["mclip"]),
        choices={"subset": "all", "seed": 0},
        lines=lines,
        title=title,
    )


def titles(found: PanelSet) -> list[str]:
    return [one.title for one in found.panels]


def test_a_figure_becomes_a_panel_with_its_numbers_and_how_it_was_made() -> None:
    made = panel(lines="figure = 1\n")
    assert made.title == "Betti curves, H0"
    pd.testing.assert_frame_equal(made.rows(), score_rows(["mclip"]))
    assert json.loads(made.drawn().to_json() or "") == json.loads(made.figure)
    assert made.facts["figure"]["metric"] == "cosine"
    assert made.facts["choices"] == {"subset": "all", "seed": 0}
    assert made.facts["encoders"].keys() == {"mclip", "tomclip_exact"}
    assert all(one["fingerprint"] for one in made.facts["encoders"].values())
    assert {"python", "plotly", "tomclip"} <= made.facts["versions"].keys()


def test_what_was_added_is_there_when_the_set_is_opened_again() -> None:
    first, second = panel("one", lines="x = 1\n"), panel("two")
    add_panel("figures", first)
    add_panel("figures", second)
    assert open_set("figures").panels == (first, second)
    assert (set_names(), count_panels("figures"), count_panels("other")) == (("figures",), 2, 0)


def test_two_figures_added_at_once_are_both_kept() -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: add_panel("figures", panel(str(n))), range(8)))
    assert sorted(titles(open_set("figures"))) == list("01234567")


def test_panels_are_moved_retitled_removed_and_put_back() -> None:
    panels = [panel(letter) for letter in "abc"]
    save_set(PanelSet("figures", tuple(panels)))
    assert titles(move_panel("figures", panels[0].id, 1)) == ["b", "a", "c"]
    assert titles(move_panel("figures", panels[2].id, -9)) == ["c", "b", "a"]
    assert titles(move_panel("figures", "nobody", 1)) == ["c", "b", "a"]
    assert titles(retitle_panel("figures", panels[1].id, "  B  ")) == ["c", "B", "a"]
    assert titles(remove_panel("figures", panels[1].id)) == ["c", "a"]
    assert titles(put_panel("figures", panels[1], 1)) == ["c", "b", "a"]
    assert open_set("figures").panels == (panels[2], panels[1], panels[0])


def test_a_set_is_renamed_and_deleted() -> None:
    save_set(PanelSet("one", (panel(),)))
    save_set(PanelSet("taken"))
    with pytest.raises(InputError, match="a set 'taken' already"):
        rename_set("one", "taken")
    assert rename_set("one", " 그림 ") == "그림"
    assert count_panels("그림") == 1
    delete_set("그림")
    assert set_names() == ("taken",)
    with pytest.raises(InputError, match=r"no set '그림' \(there are: taken\)"):
        delete_set("그림")


@pytest.mark.parametrize("name", ["", "a/b", "../up", ".hidden", "x" * 65, "end."])
def test_a_name_that_is_no_file_s_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be called"):
        save_set(PanelSet(name))


def test_a_set_in_place_of_another_is_only_saved_when_it_is_asked_for() -> None:
    save_set(PanelSet("figures", (panel("old"),)))
    with pytest.raises(InputError, match="choose another name"):
        save_set(PanelSet("figures"))
    assert titles(save_set(PanelSet("figures", (panel("new"),)), replace=True)) == ["new"]


def test_how_a_set_was_arranged_is_kept_with_it() -> None:
    save_set(PanelSet("figures", (panel(),)))
    keep_settings("figures", {"columns": 3})
    assert open_set("figures").settings == {"columns": 3}
    assert add_panel("figures", panel()).settings == {"columns": 3}


def test_people_who_log_in_have_their_own_sets() -> None:
    with workspaces_owned_by("ann@example.org"):
        add_panel("figures", panel("Ann's"))
    with workspaces_owned_by("bob@example.org"):
        assert set_names() == ()
        add_panel("figures", panel("Bob's"))
    with workspaces_owned_by("ann@example.org"):
        assert titles(open_set("figures")) == ["Ann's"]
    assert set_names() == ()


def test_a_set_holds_a_letter_s_worth_of_panels() -> None:
    one = panel()
    many = tuple(
        Panel(f"{n:08x}", one.key, one.title, one.figure, one.table, one.facts)
        for n in range(MOST_PANELS)
    )
    save_set(PanelSet("figures", many))
    with pytest.raises(InputError, match="at most 26 panels and 27 came"):
        add_panel("figures", one)
    assert count_panels("figures") == MOST_PANELS


def damaged(how: str, content: bytes) -> bytes:
    """Returns a file of a set with one thing wrong in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(members["set.json"])
    if how == "cut":
        return content[: len(content) // 2]
    if how == "text":
        return b"no zip"
    if how == "empty":
        return b""
    if how == "no head":
        del members["set.json"]
    elif how == "no table":
        del members[f"{head['panels'][0]['id']}.csv"]
    elif how == "path":
        head["panels"][0]["id"] = "../up"
    elif how == "list":
        head = [head]
    elif how == "twice":
        head["panels"] *= 2
    elif how == "no figure":
        members[f"{head['panels'][0]['id']}.figure.json"] = b"[1]"
    if how != "no head":
        members["set.json"] = json.dumps(head).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, value in members.items():
            archive.writestr(name, value)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "how",
    ["cut", "text", "empty", "no head", "no table", "path", "list", "twice", "no figure"],
)
def test_a_damaged_set_is_one_sentence_and_counts_nothing(how: str) -> None:
    save_set(PanelSet("figures", (panel(),)))
    path = figure_sets_directory() / f"figures{SUFFIX}"
    path.write_bytes(damaged(how, path.read_bytes()))
    with pytest.raises(InputError, match="is no set of figures or is damaged") as refusal:
        open_set("figures")
    assert "\n" not in str(refusal.value)
    with pytest.raises(InputError):
        add_panel("figures", panel())
    assert set_names() == ("figures",)


def test_a_set_of_a_later_version_and_one_too_large_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save_set(PanelSet("figures", (panel(),)))
    with monkeypatch.context() as patch:
        patch.setattr(files, "MOST_BYTES", 10)
        with pytest.raises(InputError, match=r"holds .* MB, and a set of figures at most"):
            open_set("figures")
    with monkeypatch.context() as patch:
        patch.setattr(files, "SCHEMA", 2)
        save_set(PanelSet("later"))
    with pytest.raises(InputError, match="a set of version 2"):
        open_set("later")


def test_a_file_elsewhere_is_opened_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / f"mine{SUFFIX}"
    files.write_set(path, PanelSet("mine", (panel("elsewhere"),)))
    assert titles(open_set(str(path))) == ["elsewhere"]
    with pytest.raises(InputError, match=r"no set of figures 'other' \(there are: none yet\)"):
        open_set("other")


def test_a_panel_whose_figure_is_none_of_plotly_s_is_one_sentence() -> None:
    one = panel("mine")
    broken = Panel(one.id, one.key, one.title, '{"data": [{"type": "no"}]}', b"", {})
    with pytest.raises(InputError, match="the panel 'mine' is damaged"):
        broken.drawn()
