"""The embedded data set: complete, split without leaks, and refused when it was altered."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from emoji_data.splits import split_by_stem, stem_of

from tomclip.core.errors import AssetError, InputError
from tomclip.core.files.manifests import verify_directory
from tomclip.core.languages import LANGUAGES, languages
from tomclip.core.paths import assets_directory
from tomclip.data import language, load_emoji
from tomclip.data.captions.emoji import emoji_caption_pairs, keyword_caption


@pytest.fixture(scope="module")
def dataset():
    return load_emoji()


@pytest.fixture
def copied(tmp_path) -> Path:
    target = tmp_path / "emoji"
    shutil.copytree(
        assets_directory() / "emoji", target, ignore=shutil.ignore_patterns("teacher", "students")
    )
    return target


def test_it_has_what_it_promises(dataset):
    assert len(dataset) >= 1500
    assert len(dataset.renderings) >= 5
    assert dataset.languages == LANGUAGES
    for code in LANGUAGES:
        assert len(dataset.names[code]) == len(dataset.keywords[code]) == len(dataset)
        assert all(name.strip() for name in dataset.names[code])
    size = sum(p.stat().st_size for p in (assets_directory() / "emoji").iterdir() if p.is_file())
    assert size < 8_000_000


def test_every_concept_has_a_picture_in_every_rendering(dataset):
    for name in dataset.renderings:
        pictures = dataset.rendering(name)
        assert pictures.shape == (len(dataset), 64, 64, 4)
        assert (pictures[..., 3].max(axis=(1, 2)) > 0).all(), name


def test_pictures_are_what_the_names_say(dataset):
    rows = [dataset.names["en"].index(name) for name in ("red circle", "green circle")]
    for name in dataset.renderings:
        red, green = (dataset.rendering(name)[row][32, 32, :3].astype(int) for row in rows)
        assert red[0] > red[1]
        assert green[1] > green[0]


def test_a_stem_lies_in_one_split(dataset):
    assert (dataset.concepts.groupby("stem")["split"].nunique() == 1).all()
    assert set(dataset.concepts["split"]) == {"train", "validation", "unseen"}
    assert len(dataset.splits["unseen"]) > 250
    assert len(dataset.splits["validation"]) > 120


@pytest.mark.parametrize(
    ("names", "stem"),
    [
        (["man astronaut", "woman astronaut", "astronaut"], "astronaut"),
        (["one o’clock", "three-thirty"], "clock face"),
        (["keycap: 3", "keycap: 10"], "keycap"),
        (["blue circle", "black circle"], "circle"),
        (["merman", "mermaid", "merperson"], "merperson"),
        (["kiss", "kiss: man, man"], "kiss"),
    ],
)
def test_variants_share_a_stem(names, stem):
    assert {stem_of(name, "") for name in names} == {stem}


def test_gender_clock_and_keycap_variants_do_not_cross_the_splits(dataset):
    split = dict(zip(dataset.names["en"], dataset.concepts["split"], strict=True))
    for name, where in split.items():
        if name.startswith("woman ") and (twin := "man " + name.removeprefix("woman ")) in split:
            assert split[twin] == where, name
    clocks = {where for name, where in split.items() if "o’clock" in name or "-thirty" in name}
    keycaps = {where for name, where in split.items() if name.startswith("keycap")}
    assert len(clocks) == len(keycaps) == 1


def test_the_split_depends_on_stems_and_not_on_their_order():
    stems = [f"s{i}" for i in range(100)]
    forward = dict(zip(stems, split_by_stem(stems, ["c"] * 100), strict=True))
    backward = dict(zip(stems[::-1], split_by_stem(stems[::-1], ["c"] * 100), strict=True))
    assert forward == backward


def test_captions_of_training_hold_no_unseen_concept(dataset):
    pairs = emoji_caption_pairs(dataset, languages=LANGUAGES, split="train")
    assert set(pairs.concepts) == set(dataset.splits["train"])
    assert len(pairs) == 2 * len(LANGUAGES) * len(dataset.splits["train"])
    english = [e for e, code in zip(pairs.english, pairs.languages, strict=True) if code == "en"]
    own = [t for t, code in zip(pairs.translated, pairs.languages, strict=True) if code == "en"]
    assert english == own


def test_a_share_of_translations_leaves_english_whole_and_thins_each_other_language(dataset):
    def rows(code, **options):
        pairs = emoji_caption_pairs(
            dataset, languages=("en", "ko", "de"), split="train", share=0.1, seed=3, **options
        )
        of_code = np.asarray(pairs.languages) == code
        names, keywords = np.split(pairs.concepts[of_code], 2)
        assert names.tolist() == keywords.tolist()
        return set(names.tolist())

    assert rows("en", translations=0.1) == rows("en") == rows("ko")
    korean, german = (rows(code, translations=0.1) for code in ("ko", "de"))
    assert len(korean) == len(german) == round(0.1 * len(rows("ko")))
    assert korean < rows("ko")
    assert korean != german
    assert korean == rows("ko", translations=0.1)
    assert len(rows("ko", translations=0.0001)) == 1


def test_a_share_keeps_the_same_concepts_in_every_language(dataset):
    pairs = emoji_caption_pairs(dataset, languages=("en", "ko"), split="train", share=0.1, seed=3)
    by_language = {
        code: {c for c, k in zip(pairs.concepts, pairs.languages, strict=True) if k == code}
        for code in ("en", "ko")
    }
    assert by_language["en"] == by_language["ko"]
    assert len(by_language["en"]) == round(0.1 * len(dataset.splits["train"]))


def test_wrong_names_are_answered_with_the_right_ones(dataset):
    with pytest.raises(InputError, match="rendering is 'apple'; use one of noto"):
        dataset.rendering("apple")
    with pytest.raises(InputError, match="subset is 'some'"):
        dataset.rows("some")
    with pytest.raises(InputError, match="language is 'xx'; use one of en, ko"):
        language("xx")
    with pytest.raises(InputError, match="split is 'test'"):
        emoji_caption_pairs(dataset, languages=("en",), split="test")
    with pytest.raises(InputError, match=r"share 0.001 of \d+ concepts leaves 1"):
        emoji_caption_pairs(dataset, languages=("en",), split="train", share=0.001)


def test_the_13_languages_have_prompts_with_one_place_for_the_name():
    assert [entry.code for entry in languages()] == list(LANGUAGES)
    assert all((entry.prompt or "").count("{}") == 1 for entry in languages())


def test_a_keyword_caption_holds_at_most_six():
    assert keyword_caption(list("abcdefgh")) == "a, b, c, d, e, f"


def test_a_missing_truncated_or_altered_file_is_named(copied):
    sheet = copied / "noto.webp"
    whole = sheet.read_bytes()
    sheet.write_bytes(whole[:-100])
    with pytest.raises(AssetError, match=r"noto.webp has \d+ bytes where \d+ were shipped"):
        load_emoji(copied)
    sheet.write_bytes(whole[:-1] + b"!")
    with pytest.raises(AssetError, match=r"noto.webp was altered"):
        load_emoji(copied)
    sheet.unlink()
    with pytest.raises(AssetError, match=r"noto.webp is missing"):
        load_emoji(copied)
    (copied / "manifest.json").write_text("{")
    with pytest.raises(AssetError, match=r"manifest.json is damaged: it is not JSON"):
        load_emoji(copied)
    (copied / "manifest.json").unlink()
    with pytest.raises(AssetError, match=r"manifest.json is missing"):
        load_emoji(copied)


def test_every_shipped_folder_is_what_was_shipped():
    folders = [path.parent for path in assets_directory().rglob("manifest.json")]
    assert len(folders) >= 3
    for folder in folders:
        verify_directory(folder)


def test_pictures_come_out_as_png(dataset):
    assert dataset.picture_png(0, "noto", side=32).startswith(b"\x89PNG")
    assert not np.array_equal(dataset.images["noto"][0], dataset.images["noto"][1])
