"""The Your data page: files in, columns confirmed, odd things counted, workspaces kept."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support.studio_pages import open_page, sentences, settled

from tomclip.core.errors import InputError
from tomclip.data import load_emoji
from tomclip.ui.pages.benchmarks import page as benchmarks
from tomclip.ui.pages.your_data import holdings
from tomclip.ui.pages.your_data.drafts import draft_of
from tomclip.ui.pages.your_data.forecasting import in_time
from tomclip.ui.parts import layout
from tomclip.workspaces import create_workspace, list_workspaces

PAGE = "11_your_data"
ITEMS = 20


@pytest.fixture(autouse=True)
def tiny(runs: Path, assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts tiny assets in place, and workspaces of this test's own."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(assets))


def names(*codes: str) -> pd.DataFrame:
    emoji = load_emoji()
    columns = {code: emoji.names[code][:ITEMS] for code in codes or ("en", "ko")}
    return pd.DataFrame({"key": emoji.concepts["id"][:ITEMS], **columns})


def uploaded(studio: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    return settled(studio.file_uploader[0].set_value(list(files)).run())


def csv(table: pd.DataFrame, name: str = "mine.csv") -> tuple[str, bytes, str]:
    return (name, table.to_csv(index=False).encode(), "text/csv")


def click(studio: AppTest, key: str) -> AppTest:
    return settled(studio.button(key=key).click().run())


def with_name(studio: AppTest, name: str) -> AppTest:
    return settled(studio.text_input(key="workspace_name").set_value(name).run())


@pytest.fixture
def kept(tmp_path: Path) -> str:
    path = tmp_path / "kept.csv"
    names().to_csv(path, index=False)
    return create_workspace("kept", [path]).name


def test_without_anything_the_page_says_how_to_begin() -> None:
    studio = open_page(PAGE)
    assert sentences(studio) == ["No workspace yet. Drop files above, or begin with the template."]
    assert studio.get("download_button")


def test_a_table_becomes_a_workspace() -> None:
    table = names()
    table.loc[2, "ko"] = "<b>bold</b>"
    studio = uploaded(open_page(PAGE), csv(table))
    assert len(studio.dataframe[0].value) == 10
    roles = {box.label: box.value for box in studio.selectbox if box.label.startswith("What ")}
    assert roles == {"What key is": "item", "What en is": "text", "What ko is": "text"}
    assert not list_workspaces()
    studio = click(studio, "confirm_columns")
    assert [tile.value for tile in studio.metric[:3]] == ["20", "40", "0"]
    odd = studio.dataframe[1].value
    assert odd["What"].iloc[0].startswith("Texts with HTML tags")
    assert odd["Such as"].iloc[0] == "<b>bold</b>"
    studio = click(with_name(studio, "mine"), "save_workspace")
    assert studio.success[0].value.startswith("The workspace mine is saved")
    assert studio.query_params["workspace"] == "mine"
    assert list_workspaces()[0].languages == {"en": 20, "ko": 20}


def test_a_column_is_corrected_before_it_is_confirmed() -> None:
    studio = uploaded(open_page(PAGE), csv(names()))
    language = next(box for box in studio.selectbox if box.label == "Language of ko")
    studio = settled(language.set_value("ja").run())
    studio = click(studio, "confirm_columns")
    studio = click(with_name(studio, "mine"), "save_workspace")
    assert set(list_workspaces()[0].languages) == {"en", "ja"}


def test_another_choice_has_to_be_confirmed_again() -> None:
    studio = click(uploaded(open_page(PAGE), csv(names())), "confirm_columns")
    assert studio.metric
    role = next(box for box in studio.selectbox if box.label == "What ko is")
    studio = settled(role.set_value("ignore").run())
    assert not studio.metric
    assert studio.button(key="confirm_columns")


def test_a_column_that_is_nothing_is_one_sentence() -> None:
    studio = uploaded(open_page(PAGE), csv(names("en")))
    role = next(box for box in studio.selectbox if box.label == "What en is")
    studio = settled(role.set_value("item").run())
    assert [error.value for error in studio.error] == [
        "Key and en are both the id of the item; choose one of them."
    ]


def test_a_file_that_cannot_be_read_is_told_by_the_name_it_came_with() -> None:
    studio = uploaded(open_page(PAGE), ("paper.csv", b"%PDF-1.7\n%\xe2\xe3\n", "text/csv"))
    (told,) = studio.error
    assert told.value.startswith("paper.csv is a PDF, not a table")


def test_a_workspace_is_trained_on_by_one_click(kept: str) -> None:
    studio = open_page(PAGE)
    studio = settled(studio.button(key="train_on_it").click().run())
    assert studio.session_state["train_data.captions"] == "workspace:kept"


def test_pictures_in_a_zip_go_with_the_table() -> None:
    stream, picture = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    with zipfile.ZipFile(stream, "w") as archive:
        for key in names()["key"]:
            archive.writestr(f"pictures/{key}.png", picture.getvalue())
    files = (csv(names()), ("p.zip", stream.getvalue(), "application/zip"))
    studio = click(uploaded(open_page(PAGE), *files), "confirm_columns")
    assert [tile.value for tile in studio.metric[:3]] == ["20", "40", "20"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ragged.csv", b"id,en\na,b c,d\n", "Expected 2 columns, got 3"),
        ("latin.csv", "id,fr\na,garçon âgé\n".encode("latin-1"), "is not UTF-8"),
        ("broken.zip", b"PK", "is no whole zip"),
        ("broken.npz", b"PK", "no whole .npz"),
    ],
)
def test_a_bad_file_is_one_sentence_and_the_workspaces_stay(
    kept: str, name: str, content: bytes, words: str
) -> None:
    studio = uploaded(open_page(PAGE), (name, content, "text/csv"))
    assert len(studio.error) == 1
    assert words in studio.error[0].value
    assert [one.name for one in list_workspaces()] == [kept]
    assert studio.dataframe[-1].value["Workspace"].tolist() == [kept]


def test_a_name_that_is_taken_is_replaced_only_when_told(kept: str) -> None:
    studio = click(uploaded(open_page(PAGE), csv(names("en", "de"))), "confirm_columns")
    studio = with_name(studio, kept)
    assert studio.button(key="save_workspace").disabled
    studio = settled(studio.checkbox(key="workspace_replace").check().run())
    click(studio, "save_workspace")
    (found,) = list_workspaces()
    assert (found.latest["version"], set(found.languages)) == (2, {"en", "de"})


def test_a_name_that_is_none_is_one_sentence() -> None:
    studio = click(uploaded(open_page(PAGE), csv(names())), "confirm_columns")
    studio = click(with_name(studio, "a/b"), "save_workspace")
    assert "cannot be called 'a/b'" in studio.error[0].value
    assert not list_workspaces()


def test_a_workspace_is_renamed_and_deleted_when_sure(kept: str) -> None:
    studio = open_page(PAGE, workspace=kept)
    studio = settled(studio.text_input(key=f"new_name:{kept}").set_value("other").run())
    studio = click(studio, "rename_workspace")
    assert [one.name for one in list_workspaces()] == ["other"]
    assert studio.button(key="delete_workspace").disabled
    studio = settled(studio.checkbox(key="sure:other").check().run())
    studio = click(studio, "delete_workspace")
    assert not list_workspaces()
    assert not studio.error


def test_a_pilot_is_timed_before_all_is_embedded(kept: str) -> None:
    studio = open_page(PAGE, workspace=kept, encoder="mclip")
    assert "embed_workspace" not in {button.key for button in studio.button}
    studio = click(studio, "pilot_workspace")
    tiles = {tile.label: tile.value for tile in studio.metric}
    assert tiles["Time"].startswith("about ")
    assert tiles["Memory of the vectors"] == "3.84 kB"  # 40 texts of 24 numbers of 4 bytes
    studio = click(studio, "embed_workspace")
    assert any(one.value.startswith("40 vectors are kept") for one in studio.success)


def test_a_workspace_that_is_too_small_is_one_sentence(tmp_path: Path) -> None:
    names().head(3).to_csv(tmp_path / "few.csv", index=False)
    create_workspace("few", [tmp_path / "few.csv"])
    studio = click(open_page(PAGE, workspace="few"), "pilot_workspace")
    assert "at most 3 items" in studio.error[0].value


def test_the_benchmarks_page_evaluates_on_it(kept: str) -> None:
    studio = open_page("8_benchmarks", benchmark=f"workspace:{kept}", encoders="mclip")
    assert not studio.error
    studio = click(studio, "evaluate_benchmark")
    assert not studio.error
    assert "recall" in str(studio.get("plotly_chart")[0].proto.spec)


def test_people_who_log_in_see_their_own_workspaces_alone(
    kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def log_in(address: str) -> None:
        for module in (layout, benchmarks, holdings):
            monkeypatch.setattr(module, "person", lambda: address)

    log_in("one@example.org")
    studio = click(uploaded(open_page(PAGE), csv(names("en", "de"))), "confirm_columns")
    studio = click(with_name(studio, "mine"), "save_workspace")
    assert studio.dataframe[-1].value["Workspace"].tolist() == ["mine"]
    studio = click(studio, "pilot_workspace")
    assert not studio.error
    evaluated = open_page("8_benchmarks", benchmark="workspace:mine", encoders="mclip")
    assert not click(evaluated, "evaluate_benchmark").error
    log_in("other@example.org")
    assert sentences(open_page(PAGE))[0].startswith("No workspace yet")
    log_in("")
    assert open_page(PAGE).dataframe[-1].value["Workspace"].tolist() == [kept]


def test_a_draft_keeps_names_inside_its_folder() -> None:
    draft = draft_of("key", [("pictures/a.png", io.BytesIO(b"a")), ("t.csv", io.BytesIO(b"b"))])
    assert [path.name for path in draft.paths] == ["pictures", "t.csv"]
    assert (draft.files / "pictures" / "a.png").read_bytes() == b"a"
    draft.close()
    assert not draft.folder.exists()
    for name in ("../a.png", "/a.png", "a/../../b"):
        with pytest.raises(InputError, match="rename it"):
            draft_of("key", [(name, io.BytesIO(b""))])
    with pytest.raises(InputError, match="two files"):
        draft_of("key", [("a.csv", io.BytesIO(b"")), ("a.csv", io.BytesIO(b""))])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.42, "0.4 s"), (12.3, "12 s"), (119, "119 s"), (180, "3 min"), (9000, "2.5 h")],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert in_time(seconds) == words
