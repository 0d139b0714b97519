"""A text that spells a special token is embedded as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
from support.tiny_encoders import (
    write_nllb_teacher,
    write_siglip_teacher,
    write_teacher,
    write_text_tower_teacher,
)

from tomclip.encoders.teacher.encoder import Teacher
from tomclip.encoders.teacher.special_tokens import spell_special_tokens


@pytest.mark.parametrize("name", ["<end_of_text>", "<start_of_text>", "<END_OF_TEXT>"])
def test_the_tokenizer_of_clip_spells_its_special_tokens(name: str) -> None:
    original: Any = open_clip.get_tokenizer("ViT-B-32")
    tokenizer = spell_special_tokens(open_clip.get_tokenizer("ViT-B-32"))
    ids = [token for token in tokenizer([f"a {name} b"])[0].tolist() if token]
    assert [ids.count(special) for special in original.all_special_ids] == [1, 1]
    assert tokenizer.decode(ids[1:-1]).replace(" ", "") == f"a{name.lower()}b"
    texts = ["a photo of a cat", "it's 3 o'clock; <b>", "개", "ЁЖ", ""]
    assert tokenizer(texts).tolist() == original(texts).tolist()


WRITERS: dict[str, tuple[Callable[..., Path], str]] = {
    "own": (write_teacher, "<end>"),
    "XLM-R": (write_text_tower_teacher, "</s>"),
    "NLLB": (write_nllb_teacher, "</s>"),
    "SigLIP": (write_siglip_teacher, "</s>"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_teacher_reads_on_behind_a_special_token_s_name(kind: str, tmp_path: Path) -> None:
    write, name = WRITERS[kind]
    directory = write(tmp_path / "teacher")
    for file in directory.rglob("tokenizer_config.json"):  # as other people's files have it
        values = json.loads(file.read_text())
        values.pop("split_special_tokens", None)
        file.write_text(json.dumps(values))
    teacher = Teacher.from_directory(directory)
    inner = teacher.tokenizer.tokenizer
    assert inner.convert_tokens_to_ids(name) in inner.all_special_ids
    ids = teacher.tokenizer([f"a {name} b"])[0].tolist()
    plain = teacher.tokenizer(["a b"])[0].tolist()
    special = inner.convert_tokens_to_ids(name)
    assert ids.count(special) == plain.count(special)
    one, other = teacher.embed_texts([f"a {name} red apple", f"a {name} dog"]).vectors
    assert not np.allclose(one, other, atol=1e-4)
