"""Pages about a workspace of one's own: with holes, with and without pictures, English, groups."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, sentences, settled, titles
from support.tiny_workspaces import ITEMS, UNNAMED, UNPICTURED, tiny_workspace

from tomclip import geometry
from tomclip.data import load_emoji
from tomclip.geometry import project
from tomclip.ui.computing import shown_makers
from tomclip.ui.computing.cached import data_name
from tomclip.ui.parts import layout
from tomclip.ui.view_state import choice_key
from tomclip.ui.view_state.choices import COMPARISON, DATA, TOPOLOGY_VIEW
from tomclip.workspaces import create_workspace, delete_workspace

OVERVIEW = "1_overview"
MAPS, TOPOLOGY, COMPARE, ZERO_SHOT = "2_embeddings", "3_topology", "4_compare", "5_zero_shot"
PAGES = (MAPS, TOPOLOGY, COMPARE, ZERO_SHOT)
DATA_KEY = choice_key(DATA)


@pytest.fixture(autouse=True)
def principal_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts principal components in place of UMAP, which is slow to compile."""
    monkeypatch.setattr(
        geometry, "project", lambda *args, **options: project(*args, **{**options, "method": "pca"})
    )


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """Returns the name of a workspace with pictures and labels, and holes in its Korean."""
    return f"workspace:{tiny_workspace('mine', tmp_path / 'mine', pictures=True).name}"


@pytest.fixture
def words(tmp_path: Path) -> str:
    """Returns the name of a workspace of texts alone, without labels and without English."""
    codes = ("de", "ko")
    made = tiny_workspace("words", tmp_path / "words", codes=codes, labels=False)
    return f"workspace:{made.name}"


def options(studio: AppTest, key: str) -> list[str]:
    (widget,) = [one for one in (*studio.selectbox, *studio.multiselect) if one.key == key]
    return list(widget.options)


def subtitle(studio: AppTest, number: int = 0) -> str:
    return str(figures(studio)[number]["layout"]["title"])


@pytest.mark.parametrize("page", [OVERVIEW, *PAGES])
def test_without_a_workspace_there_is_no_choice_of_data(page: str) -> None:
    studio = open_page(page)
    assert DATA_KEY not in [one.key for one in studio.selectbox]
    assert "data" not in studio.query_params


@pytest.mark.parametrize("page", [OVERVIEW, *PAGES])
def test_a_page_begins_with_the_emoji_and_offers_the_workspace(page: str, mine: str) -> None:
    studio = open_page(page)
    assert options(studio, DATA_KEY) == ["Embedded emoji", "mine"]
    assert studio.query_params["data"] == "emoji"
    assert not studio.error


def test_the_overview_shows_the_chosen_workspace_and_scores_the_emoji_all_the_same(
    mine: str, words: str
) -> None:
    before = open_page(OVERVIEW)
    studio = open_page(OVERVIEW, data=mine)
    (facts,) = [one.value for one in studio.markdown if one.value.startswith("**mine**")]
    assert f"{ITEMS:,} items" in facts
    assert f"{ITEMS - UNPICTURED:,} pictures" in facts
    assert [one.proto.label for one in studio.get("page_link") if one.proto.label == "Its maps"]
    assert [one.label for one in studio.metric] == [one.label for one in before.metric]
    assert any("mine" in one.value for one in studio.caption)
    assert not [*studio.error, *studio.warning]

    studio = open_page(OVERVIEW, data=words)
    (facts,) = [one.value for one in studio.markdown if one.value.startswith("**words**")]
    assert "no pictures" in facts
    assert "German, Korean" in facts
    assert not [*studio.error, *studio.warning]


def test_a_map_has_a_point_for_every_text_that_there_is(mine: str) -> None:
    studio = open_page(MAPS, data=mine, languages="en,ko", encoder="mclip")
    assert not sentences(studio)
    assert f"{2 * ITEMS - UNNAMED} captions of mine" in subtitle(studio)
    assert options(studio, "choice:languages") == ["English", "Korean · 한국어"]
    assert "choice:subset" not in [one.key for one in studio.segmented_control]


def test_a_map_shows_the_pictures_that_there_are_and_colours_labels(mine: str) -> None:
    address = {"languages": "en", "pictures": "yes", "colour": "category"}
    studio = open_page(MAPS, data=mine, encoder="mclip", **address)
    assert not sentences(studio)
    count = 2 * ITEMS - UNPICTURED
    assert f"{count} captions and pictures of mine" in subtitle(studio)
    assert {one["name"] for one in figures(studio)[0]["data"]} >= {"round", "square"}


def test_a_listed_caption_without_a_picture_leaves_no_gap_for_one(mine: str) -> None:
    address = {"map_view": "moved", "beside": "tomclip_exact", "most_moved": "50"}
    studio = open_page(MAPS, data=mine, encoder="mclip", languages="en", method="pca", **address)
    (listed,) = [one.proto.body for one in studio.get("html") if 'class="moved"' in one.proto.body]
    named = listed.count("<span dir=")
    assert 0 < listed.count("<img") < named
    assert 'src=""' not in listed


def test_the_choice_holds_on_the_next_pages_and_is_the_emoji_s_again_when_asked(mine: str) -> None:
    studio = open_page(MAPS, data=mine, encoder="mclip", languages="en")
    for page in (TOPOLOGY, COMPARE, ZERO_SHOT, OVERVIEW):
        studio.switch_page(f"pages/{page}.py")
        studio = settled(studio.run())
        assert studio.selectbox(key=DATA_KEY).value == mine, page
        assert studio.query_params["data"] == mine
        assert not studio.error, page
    assert "On 60 concepts" in studio.info[0].value
    assert any(
        "about the embedded emoji, not about **mine**" in one.value for one in studio.caption
    )
    studio.switch_page(f"pages/{MAPS}.py")
    studio = settled(studio.run())
    studio = settled(studio.selectbox(key=DATA_KEY).set_value("emoji").run())
    assert "of mine" not in subtitle(studio)


def test_every_view_of_topology_takes_the_items_that_the_languages_share(mine: str) -> None:
    for view in TOPOLOGY_VIEW.titles:
        studio = open_page(TOPOLOGY, data=mine, view=view, encoder="mclip", languages="ko")
        if view == "significance":
            assert not studio.error
            assert f"needs 120; there are {ITEMS - UNNAMED}." in studio.info[0].value
            continue
        assert not studio.error, view
        if view not in ("training", "barcode", "sparsification"):
            assert f"{ITEMS - UNNAMED} items of mine" in subtitle(studio), view
    studio = open_page(TOPOLOGY, data=mine, view="barcode", encoder="mclip", language="en")
    assert f"{ITEMS} items of mine" in subtitle(studio)


def test_landmarks_are_taken_among_the_items_that_are_shared(mine: str) -> None:
    chosen = {"sampling": "landmarks", "points": "20", "view": "diagram", "languages": "ko"}
    studio = open_page(TOPOLOGY, data=mine, encoder="mclip", **chosen)
    assert not studio.error
    assert f"{ITEMS - UNNAMED} items of mine" in subtitle(studio)


def test_data_without_english_are_compared_with_their_first_language(words: str) -> None:
    for view in ("diagram", "languages", "distances", "curves", "loops", "sparsification"):
        studio = open_page(TOPOLOGY, data=words, view=view, encoder="mclip")
        assert not studio.error, view
    studio = open_page(TOPOLOGY, data=words, view="languages", encoder="mclip")
    assert "Grey outlines are German" in studio.caption[-1].value
    assert "English" not in titles(studio)[0]


def test_a_clicked_bar_of_data_without_pictures_shows_its_words(words: str) -> None:
    shown = {"view": "barcode", "language": "de", "bar": "de.0.3"}
    studio = open_page(TOPOLOGY, data=words, encoder="mclip", **shown)
    assert not studio.error
    assert any("two words are the nearest" in one.value for one in studio.caption)


def test_encoders_are_compared_on_the_workspace(mine: str) -> None:
    encoders = "mclip,tomclip_exact"
    score = "text_to_image_recall_at_1"
    studio = open_page(COMPARE, data=mine, encoders=encoders, score=score)
    assert not studio.error
    assert set(studio.dataframe[-1].value["language"]) >= {"English", "Korean"}
    for view in COMPARISON.titles:
        studio = open_page(COMPARE, data=mine, encoders=encoders, comparison=view)
        assert not studio.error, view
        assert figures(studio), view


def test_a_text_finds_pictures_and_a_picture_names_of_the_workspace(mine: str) -> None:
    studio = open_page(ZERO_SHOT, data=mine, task="text", encoders="mclip", query="red")
    assert not studio.error
    assert len(studio.dataframe[0].value) == 10
    studio = open_page(ZERO_SHOT, data=mine, task="picture", encoders="mclip", language="ko")
    assert not studio.error
    assert len(options(studio, "choice:shown")) == ITEMS - UNPICTURED
    columns = ["rank", "picture", "cosine", "name", "in English"]
    assert list(studio.dataframe[-1].value.columns) == columns


def test_scores_are_those_that_the_workspace_asks_for(mine: str, words: str) -> None:
    studio = open_page(ZERO_SHOT, data=mine, task="accuracy", encoders="mclip")
    assert not studio.error
    assert "by label" in " ".join(titles(studio))
    studio = open_page(ZERO_SHOT, data=words, task="accuracy", encoders="mclip")
    assert not studio.error
    assert "add English texts" in sentences(studio)[0]


@pytest.mark.parametrize("view", ["text", "languages", "classes", "gap"])
def test_what_needs_pictures_says_so_where_there_are_none(view: str, words: str) -> None:
    studio = open_page(ZERO_SHOT, data=words, task=view, encoders="mclip")
    assert not studio.error
    assert sentences(studio) == [
        "words has no pictures, which this view is about; add some to it under Your data."
    ]


def test_the_language_gap_of_data_without_classes_is_one_sentence(mine: str) -> None:
    studio = open_page(ZERO_SHOT, data=mine, task="gap", encoders="mclip")
    assert not studio.error
    (told,) = sentences(studio)
    assert "*Scores* shows how often they find their pictures in each language" in told


def test_too_few_items_are_one_sentence_on_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.tiny_workspaces.ITEMS", 2)
    few = f"workspace:{tiny_workspace('few', tmp_path, codes=('en', 'de')).name}"
    for page in PAGES[:3]:
        studio = open_page(page, data=few, encoders="mclip,tomclip_exact")
        assert len(studio.error) == 1, (page, sentences(studio))
        assert "at least" in studio.error[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_workspace_that_is_not_there_shows_the_emoji(page: str) -> None:
    studio = open_page(page, data="workspace:theirs")
    assert len(studio.warning) == 1
    assert "'workspace:theirs', which is no workspace of yours" in studio.warning[0].value
    assert "Shown: emoji" in studio.warning[0].value
    assert not studio.error


def test_a_workspace_that_goes_while_it_is_shown_is_said_once(mine: str) -> None:
    studio = open_page(MAPS, data=mine, encoder="mclip", languages="en")
    delete_workspace("mine")
    studio = settled(studio.run())
    assert "no longer there" in sentences(studio)[0]
    assert "of mine" not in subtitle(studio)
    assert not sentences(settled(studio.run()))


def test_a_workspace_imported_anew_is_computed_anew(mine: str, tmp_path: Path) -> None:
    studio = open_page(MAPS, data=mine, encoder="mclip", languages="en")
    assert f"{ITEMS} captions of mine" in subtitle(studio)
    delete_workspace("mine")
    tiny_workspace("mine", tmp_path / "anew", codes=("en", "ko", "de"))
    studio = open_page(MAPS, data=mine, encoder="mclip", languages="de")
    assert f"{ITEMS} captions of mine" in subtitle(studio)
    assert "de" in studio.query_params["languages"]


def test_a_damaged_workspace_is_one_sentence_and_the_emoji_are_shown(mine: str, runs: Path) -> None:
    (runs / "workspaces" / "mine" / "items.parquet").write_bytes(b"damaged")
    studio = open_page(MAPS, data=mine, encoder="mclip", languages="en")
    assert len(studio.error) == 1
    assert "missing or damaged" in studio.error[0].value
    assert "of mine" not in subtitle(studio)


def test_nobody_sees_another_persons_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tomclip.core.paths import workspaces_owned_by

    with workspaces_owned_by("one@example.org"):
        tiny_workspace("mine", tmp_path / "one")
    with workspaces_owned_by("other@example.org"):
        tiny_workspace("mine", tmp_path / "other", codes=("de", "fr"))
    for person, languages in (("one", ["English", "Korean"]), ("other", ["German", "French"])):
        monkeypatch.setattr(layout, "person", lambda: f"{person}@example.org")  # noqa: B023
        studio = open_page(MAPS, data="workspace:mine", encoder="mclip")
        shown = [one.split(" · ")[0] for one in options(studio, "choice:languages")]
        assert sorted(shown) == sorted(languages)
        assert not studio.error
    monkeypatch.setattr(layout, "person", lambda: "")
    assert "no workspace of yours" in open_page(MAPS, data="workspace:mine").warning[0].value


def test_outside_of_a_page_the_data_are_the_emoji() -> None:
    assert data_name() == "emoji"


def test_the_scores_lead_to_where_pictures_are_named_by_their_labels(mine: str) -> None:
    studio = open_page(ZERO_SHOT, data=mine, task="accuracy", encoders="mclip")
    assert "Name its pictures by its labels" in str(studio.get("page_link")[-1].proto)
    studio = open_page("8_benchmarks", benchmark=f"{mine}/labels", encoders="mclip")
    studio = settled(studio.button(key="evaluate_benchmark").click().run())
    assert not studio.error
    assert "Zero-shot top-1" in " ".join(titles(studio))


def test_examples_to_look_up_are_texts_of_the_workspace(mine: str) -> None:
    studio = open_page(ZERO_SHOT, data=mine, task="text", encoders="mclip")
    labels = [one.label for one in studio.button]
    assert "여우" not in labels
    example = load_emoji().names["en"][0]
    assert example in labels
    click = next(one for one in studio.button if one.label == example)
    assert len(settled(click.click().run()).dataframe[0].value) >= 10


def test_of_a_large_workspace_a_sample_is_shown_and_said(
    mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_makers, "MOST_ITEMS", 10)
    shown_makers._of_workspace.cache_clear()
    studio = open_page(MAPS, data=mine, languages="en", pictures="yes", encoder="mclip")
    assert not studio.error
    note = f"Shown is a sample of 10 of the {ITEMS} items of mine."
    assert note in [one.value for one in studio.caption]
    assert "captions and pictures of mine" in subtitle(studio)
    shown_makers._of_workspace.cache_clear()


def test_a_language_outside_of_the_table_is_called_by_its_tag(runs: Path, tmp_path: Path) -> None:
    rows = [f"{row},thing {row},cosa {row}" for row in range(12)]
    (tmp_path / "t.csv").write_text("\n".join(["id,en,ca", *rows, ""]))
    create_workspace("catalan", [tmp_path / "t.csv"])
    studio = open_page("11_your_data")
    assert not studio.error
    assert "Texts by language: English 12, ca 12." in [one.value for one in studio.caption]
    studio = open_page(TOPOLOGY, data="workspace:catalan", encoder="mclip", languages="ca")
    assert not studio.error
    assert options(studio, "choice:languages") == ["ca"]
