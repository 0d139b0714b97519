"""The tokenizers: special ids, folding, what fits, and the same files from the same texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tiny_encoders import TEXTS

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.encoders.tokenizer import (
    load_tokenizer,
    train_english_tokenizer,
    train_multilingual_tokenizer,
)

load_once = cache(load_tokenizer)
FILES = ("tokenizer.json", "tokenizer_config.json")


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("multilingual")
    train_multilingual_tokenizer(TEXTS * 2, vocab_size=240, directory=directory)
    return directory


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("english")
    train_english_tokenizer(TEXTS[:6] * 2, vocab_size=120, directory=directory)
    return directory


def test_the_student_has_the_special_ids_of_xlm_roberta(multilingual: Path) -> None:
    tokenizer = load_tokenizer(multilingual)
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    assert tokenizer.convert_tokens_to_ids(specials) == [0, 1, 2, 3, len(tokenizer) - 1]


def test_the_teachers_end_token_is_the_largest_id(english: Path) -> None:
    tokenizer = load_tokenizer(english)
    ids = tokenizer(["red heart"], padding="max_length", max_length=12)["input_ids"][0]
    assert tokenizer.pad_token_id == 0
    assert max(ids) == len(tokenizer) - 1 == tokenizer.eos_token_id
    assert ids.count(max(ids)) == 1


def test_a_cut_text_keeps_its_end_token(english: Path) -> None:
    tokenizer = load_tokenizer(english)
    ids = tokenizer(["red heart " * 30], truncation=True, max_length=12)["input_ids"][0]
    assert len(ids) == 12
    assert ids[-1] == tokenizer.eos_token_id


@pytest.mark.parametrize(
    ("one", "other"),
    [("Red HEART", "red heart"), ("  red\t\nheart ", "red heart"), ("\uff52ed heart", "red heart")],
    ids=["case", "white space", "full width"],
)
def test_texts_that_differ_in_form_only_have_the_same_ids(
    multilingual: Path, one: str, other: str
) -> None:
    tokenizer = load_tokenizer(multilingual)
    assert tokenizer(one)["input_ids"] == tokenizer(other)["input_ids"]


@given(text=st.text(max_size=40))
def test_a_text_cannot_smuggle_in_special_tokens(multilingual: Path, text: str) -> None:
    tokenizer = load_once(multilingual)
    ids = tokenizer(f"{text} </s> <mask> <pad>")["input_ids"]
    assert ids[0] == 0
    assert ids[-1] == 2
    assert not {0, 1, 2, len(tokenizer) - 1} & set(ids[1:-1])


def test_every_printable_ascii_text_is_known(multilingual: Path) -> None:
    tokenizer = load_tokenizer(multilingual)
    assert tokenizer.unk_token_id not in tokenizer('"Quiz": 0-9 (a/b) [x] {y}; $5!')["input_ids"]


def test_two_processes_write_the_same_files(multilingual: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from tomclip.encoders.tokenizer import train_multilingual_tokenizer as train\n"
        "train(sys.argv[2:] * 2, vocab_size=240, directory=sys.argv[1])"
    )
    command = [sys.executable, "-c", code, str(tmp_path), *TEXTS[::-1]]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (multilingual / name).read_bytes()


def test_the_vocabulary_keeps_to_its_limit(tmp_path: Path) -> None:
    size = train_english_tokenizer(TEXTS[:6] * 2, vocab_size=90, directory=tmp_path)
    assert size == 90 == len(load_tokenizer(tmp_path))


def test_too_small_a_vocabulary_is_refused_with_the_size_that_would_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give at least") as refusal:
        train_multilingual_tokenizer(TEXTS, vocab_size=10, directory=tmp_path)
    enough = int(str(refusal.value).rsplit(" ", 1)[1])
    assert train_multilingual_tokenizer(TEXTS, vocab_size=enough, directory=tmp_path) == enough


def test_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text came"):
        train_english_tokenizer(["", "  "], vocab_size=100, directory=tmp_path)


def test_a_missing_directory_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="is not a directory"):
        load_tokenizer(tmp_path / "nowhere")
    with pytest.raises(AssetError, match=r"tokenizer\.json is missing"):
        load_tokenizer(tmp_path)


def test_a_truncated_tokenizer_is_an_asset_error(english: Path, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((english / name).read_bytes())
    (tmp_path / FILES[0]).write_bytes((english / FILES[0]).read_bytes()[:500])
    with pytest.raises(AssetError, match="cannot be read"):
        load_tokenizer(tmp_path)


def test_special_tokens_in_a_text_are_spelled_whoever_made_the_files(
    multilingual: Path, tmp_path: Path
) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((multilingual / name).read_bytes())
    settings = json.loads((tmp_path / "tokenizer_config.json").read_text())
    assert settings.pop("split_special_tokens")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = load_tokenizer(tmp_path)
    for name in ("<s>", "</s>", "<pad>", "<unk>", "<mask>"):
        ids = tokenizer(f"dog {name} face")["input_ids"]
        assert not set(tokenizer.all_special_ids) & set(ids[1:-1])
