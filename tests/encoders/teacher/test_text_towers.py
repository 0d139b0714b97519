"""open_clip models whose text tower is transformers': what it computes, padding, languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from support.tiny_encoders import (
    TEXTS,
    write_nllb_teacher,
    write_siglip_teacher,
    write_text_tower_teacher,
)

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.encoders.teacher.flores import FLORES_CODES, flores_code

LENGTHS = ("red", "red heart", "red heart dog face cat face red apple grinning face", "红心", "")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_text_tower_teacher(tmp_path_factory.mktemp("towers") / "xlm-r")


@pytest.fixture(scope="module")
def teacher(directory: Path) -> Teacher:
    return Teacher.from_directory(directory)


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_nllb_teacher(tmp_path_factory.mktemp("towers") / "nllb")


@torch.inference_mode()
def test_an_xlm_r_tower_gives_what_open_clip_computes(directory: Path, teacher: Teacher) -> None:
    model: Any = open_clip.create_model(f"local-dir:{directory}").eval()
    tokens = open_clip.get_tokenizer(f"local-dir:{directory}")(list(TEXTS))
    assert tokens.shape[1] == 16
    expected = model.encode_text(tokens).numpy()
    np.testing.assert_allclose(
        teacher.embed_texts(TEXTS, normalise=False).vectors, expected, atol=1e-5
    )


@pytest.mark.parametrize("text", LENGTHS)
def test_padding_never_changes_a_vector(teacher: Teacher, text: str) -> None:
    alone = teacher.embed_texts([text], normalise=False).vectors[0]
    among = teacher.embed_texts([*LENGTHS, text], normalise=False).vectors[-1]
    np.testing.assert_allclose(alone, among, atol=1e-5)


def test_columns_of_padding_are_not_computed(
    teacher: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths = []
    encode: Any = teacher.model.encode_text

    def watched(tokens: torch.Tensor) -> torch.Tensor:
        widths.append(tokens.shape[1])
        return encode(tokens)

    monkeypatch.setattr(teacher.model, "encode_text", watched)
    teacher.embed_texts(["red"])
    assert widths == [len(teacher.tokenizer.tokenizer("red")["input_ids"])]


@torch.inference_mode()
def test_a_siglip_2_tower_reads_its_padding_and_folds_case_and_punctuation(tmp_path: Path) -> None:
    directory = write_siglip_teacher(tmp_path / "siglip")
    teacher = Teacher.from_directory(directory)
    model: Any = teacher.model
    tokens = open_clip.get_tokenizer(f"local-dir:{directory}")(["red heart", "a dog"])
    assert tokens.shape == (2, 16)
    found = teacher.embed_texts(["Red HEART!", "a dog"], normalise=False).vectors
    np.testing.assert_allclose(found, model.encode_text(tokens).numpy(), atol=1e-5)
    alone = teacher.embed_texts(["a dog"], normalise=False).vectors
    np.testing.assert_allclose(alone[0], found[1], atol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("language", ["en", "ko", "sw"])
def test_nllb_reads_each_text_in_its_language(nllb: Path, language: str) -> None:
    teacher = Teacher.from_directory(nllb)
    wrapped: Any = open_clip.get_tokenizer(f"local-dir:{nllb}")
    tokenizer = wrapped.tokenizer
    tokenizer.src_lang = FLORES_CODES[language]
    tokens = tokenizer(["a dog"], return_tensors="pt", padding="max_length", max_length=24)
    assert tokenizer.convert_ids_to_tokens(tokens.input_ids[0])[0] == FLORES_CODES[language]
    expected = teacher.model.encode_text(tokens.input_ids).numpy()  # type: ignore[operator]
    teacher.embed_texts(["a dog"], language="fr")
    found = teacher.embed_texts(["a dog"], language=language, normalise=False).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_languages_get_vectors_of_their_own_only_where_the_tokenizer_marks_them(
    nllb: Path, teacher: Teacher
) -> None:
    marked = Teacher.from_directory(nllb)
    one, other = (marked.embed_texts(["a dog"], language=code).vectors for code in ("en", "ko"))
    assert np.abs(one - other).max() > 1e-3
    one, other = (teacher.embed_texts(["dog"], language=code).vectors for code in ("en", "xx"))
    np.testing.assert_array_equal(one, other)


def test_a_language_without_a_code_is_refused(nllb: Path) -> None:
    with pytest.raises(InputError, match="'tlh' has no FLORES-200 code"):
        Teacher.from_directory(nllb).embed_texts(["Qapla'"], language="tlh")


def test_every_flores_code_is_one_that_the_library_knows() -> None:
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    assert set(FLORES_CODES.values()) <= set(FAIRSEQ_LANGUAGE_CODES)
    assert flores_code("kor_Hang") == flores_code("ko") == "kor_Hang"


@pytest.mark.parametrize("where", ["tokenizer", "text tower"])
def test_code_that_comes_with_a_model_is_never_run(tmp_path: Path, where: str) -> None:
    directory = write_text_tower_teacher(tmp_path / "tricky")
    proof = tmp_path / "was-run"
    code = f"open({str(proof)!r}, 'w').write('x')\n"
    if where == "tokenizer":
        _ask_for_code(directory / "tokenizer_config.json", "AutoTokenizer", [None, "evil.Tricky"])
        config = json.loads((directory / "open_clip_config.json").read_text())
        config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"trust_remote_code": True}
        (directory / "open_clip_config.json").write_text(json.dumps(config))
        (directory / "evil.py").write_text(code)
        Teacher.from_directory(directory)
    else:
        tower = directory / "text_tower"
        _ask_for_code(tower / "config.json", "AutoConfig", "evil.Tricky", model_type="unheard-of")
        (tower / "evil.py").write_text(code)
        with pytest.raises(EncoderUnavailable, match=r"text tower's config\.json"):
            Teacher.from_directory(directory)
    assert not proof.exists()


def _ask_for_code(path: Path, kind: str, source: Any, **facts: Any) -> None:
    settings = json.loads(path.read_text()) | {"auto_map": {kind: source}} | facts
    path.write_text(json.dumps(settings))
