"""The student: its arithmetic, what padding and company must not change, and its files."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from support.tiny_encoders import DIMENSION, TEXTS, write_student
from transformers import AutoModel, AutoTokenizer

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.files.manifests import write_manifest
from tomclip.encoders.student.encoder import (
    Student,
    load_student_model,
    pad_batch,
    save_student,
    token_ids,
)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_student(tmp_path_factory.mktemp("students") / "tiny")


@pytest.fixture(scope="module")
def student(directory: Path) -> Student:
    return Student.from_directory(directory, name="tiny")


@pytest.fixture
def own_copy(directory: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(directory, tmp_path / "copy"))


def test_it_computes_what_transformers_and_a_matrix_product_compute(
    directory: Path, student: Student
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
    backbone = AutoModel.from_pretrained(directory, local_files_only=True, dtype=torch.float32)
    head = load_file(directory / "head.safetensors")
    for text in TEXTS[:5]:
        with torch.inference_mode():
            states = backbone.eval()(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        expected = head["weight"].numpy() @ states.numpy().mean(axis=0) + head["bias"].numpy()
        found = student.embed_texts([text], normalise=False).vectors[0]
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_mean_leaves_padding_out_by_hand(student: Student) -> None:
    ids = torch.tensor([[0, 5, 2]])
    padded = torch.tensor([[0, 5, 2, 1, 1, 1, 1]])
    with torch.inference_mode():
        short = student.model(ids, torch.ones_like(ids))
        long = student.model(padded, (padded != 1).long())
    torch.testing.assert_close(short, long, atol=1e-5, rtol=0)


@pytest.mark.parametrize("batch_size", [1, 2, 7, 256])
def test_company_and_order_never_change_an_embedding(student: Student, batch_size: int) -> None:
    texts = [*TEXTS, "face " * 40, "x"]
    alone = np.vstack([student.embed_texts([text]).vectors for text in texts])
    together = student.embed_texts(texts[::-1], batch_size=batch_size).vectors[::-1]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_embeddings_carry_their_names_and_have_length_one(student: Student) -> None:
    found = student.embed_texts(["빨간색 하트", "웃는 얼굴"], language="ko", ids=["a", "b"])
    assert (found.ids, found.labels) == (("a", "b"), ("빨간색 하트", "웃는 얼굴"))
    assert found.languages == ("ko", "ko")
    assert (found.encoder, found.modality, found.unit_norm) == ("tiny", "text", True)
    assert found.vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-6)


def test_no_text_gives_no_rows_and_a_blank_text_gives_one(student: Student) -> None:
    assert student.embed_texts([]).vectors.shape == (0, DIMENSION)
    assert student.embed_texts([""]).vectors.shape == (1, DIMENSION)


def test_ids_that_do_not_fit_are_refused(student: Student) -> None:
    with pytest.raises(InputError, match="1 ids came for 2 vectors"):
        student.embed_texts(["a", "b"], ids=["only one"])


def test_progress_counts_texts_up_to_all_of_them(student: Student) -> None:
    seen: list[tuple[int, int]] = []
    student.embed_texts(TEXTS[:5], batch_size=2, on_progress=lambda *step: seen.append(step))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_several_threads_get_what_one_gets(student: Student) -> None:
    expected = student.embed_texts(TEXTS).vectors
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: student.embed_texts(TEXTS).vectors, range(8)):
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_batch_is_padded_to_its_longest_row() -> None:
    ids, mask = pad_batch([[0, 7, 2], [0, 2]], 1)
    assert ids.tolist() == [[0, 7, 2], [0, 2, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]


def test_a_long_text_is_cut_to_the_students_tokens(student: Student) -> None:
    rows = token_ids(student.tokenizer, ["face " * 99, "a"], max_tokens=16)
    assert len(rows[0]) == 16
    assert rows[0][-1] == 2


def test_half_precision_on_disk_moves_a_vector_by_little(directory: Path, tmp_path: Path) -> None:
    model, tokenizer = load_student_model(directory)
    half = save_student(model, tokenizer, tmp_path / "half", dtype="fp16")
    stored = load_file(half / "model.safetensors") | load_file(half / "head.safetensors")
    assert {value.dtype for value in stored.values()} == {torch.float16}
    assert {value.dtype for value in load_student_model(half)[0].state_dict().values()} == {
        torch.float32
    }
    one = Student.from_directory(directory).embed_texts(TEXTS).vectors
    other = Student.from_directory(half).embed_texts(TEXTS).vectors
    assert (one * other).sum(axis=1).min() > 0.9999


def test_saving_at_full_precision_loses_nothing(directory: Path, tmp_path: Path) -> None:
    model, tokenizer = load_student_model(directory)
    again, _ = load_student_model(save_student(model, tokenizer, tmp_path / "s", dtype="fp32"))
    assert again.settings == model.settings
    for name, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value)


def test_saving_leaves_the_model_in_memory_as_it_is(directory: Path, tmp_path: Path) -> None:
    model, tokenizer = load_student_model(directory)
    model.train()
    save_student(model, tokenizer, tmp_path / "s", dtype="fp16")
    assert model.training
    assert {value.dtype for value in model.state_dict().values()} == {torch.float32}


def test_saving_replaces_an_older_student_and_leaves_nothing_beside_it(own_copy: Path) -> None:
    model, tokenizer = load_student_model(own_copy)
    write_manifest(own_copy, {"title": "older"})
    torch.nn.init.zeros_(model.head.weight)
    save_student(model, tokenizer, own_copy)
    assert not (own_copy / "manifest.json").exists()
    assert load_student_model(own_copy)[0].head.weight.abs().max() == 0
    assert [path.name for path in own_copy.parent.iterdir()] == ["copy"]


def test_a_save_that_fails_keeps_the_older_student(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, tokenizer = load_student_model(own_copy)

    def no_space(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("tomclip.encoders.student.files.save_file", no_space)
    with pytest.raises(OSError, match="no space"):
        save_student(model, tokenizer, own_copy)
    assert [path.name for path in own_copy.parent.iterdir()] == ["copy"]
    load_student_model(own_copy)


@pytest.mark.parametrize("name", ["model.safetensors", "head.safetensors", "config.json"])
def test_a_truncated_file_is_an_asset_error_that_names_the_folder(
    own_copy: Path, name: str
) -> None:
    path = own_copy / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(AssetError, match=str(own_copy)):
        load_student_model(own_copy)


@pytest.mark.parametrize("name", ["model.safetensors", "head.safetensors", "tokenizer.json"])
def test_a_missing_file_is_an_asset_error(own_copy: Path, name: str) -> None:
    (own_copy / name).unlink()
    with pytest.raises(AssetError, match="restore it"):
        load_student_model(own_copy)


def test_an_altered_file_is_found_by_the_manifest(own_copy: Path) -> None:
    write_manifest(own_copy, {})
    path = own_copy / "head.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(AssetError, match="was altered"):
        load_student_model(own_copy)


def test_a_weight_that_is_not_there_is_refused_rather_than_drawn_at_random(own_copy: Path) -> None:
    path = own_copy / "model.safetensors"
    weights = load_file(path)
    del weights["embeddings.word_embeddings.weight"]
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(AssetError, match="word_embeddings"):
        load_student_model(own_copy)


def test_a_folder_without_settings_is_no_student(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"holds no student\.json"):
        load_student_model(tmp_path)


def test_settings_of_another_kind_are_refused(own_copy: Path) -> None:
    path = own_copy / "student.json"
    settings = json.loads(path.read_text())
    path.write_text(json.dumps(settings | {"pooling": "cls"}))
    with pytest.raises(AssetError, match="only 'mean' is known"):
        load_student_model(own_copy)
    path.write_text(json.dumps({"teacher": "x"}))
    with pytest.raises(AssetError, match="does not describe a student"):
        load_student_model(own_copy)
