"""Files of vectors: every width of number is read, and what is wrong is one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from pyarrow import parquet
from safetensors.torch import save_file

from tomclip.core.errors import AssetError
from tomclip.encoders.stored.encoder import StoredVectors
from tomclip.encoders.stored.files import read_vectors

VECTORS = np.array([[1.0, -0.5, 2.0], [0.25, 3.0, -4.0]], dtype=np.float32)
LABELS = ["cat", "nan"]


def write_npz(path: Path, **other: Any) -> Path:
    parts: dict[str, Any] = {
        "vectors": VECTORS,
        "ids": np.array(["a", "b"]),
        "labels": np.array(LABELS),
        "languages": np.array(["en", "en"]),
        "modality": np.array("text"),
        "encoder": np.array("mine"),
    }
    kept = {name: value for name, value in (parts | other).items() if value is not None}
    np.savez(path, **kept)
    return path


def write_parquet(path: Path, rows: int = 2, **other: Any) -> Path:
    columns: dict[str, Any] = {
        "vector": VECTORS.tolist(),
        "id": ["a", "b"],
        "label": LABELS,
        "language": ["en", "en"],
        "modality": ["text", "text"],
        "encoder": ["mine", "mine"],
    }
    columns = {name: value for name, value in (columns | other).items() if value is not None}
    parquet.write_table(pa.table(columns).slice(0, rows), path)
    return path


def write_safetensors(path: Path, vectors: torch.Tensor, **other: Any) -> Path:
    facts: dict[str, Any] = {
        "ids": json.dumps(["a", "b"]),
        "labels": json.dumps(LABELS),
        "language": "en",
        "modality": "text",
        "encoder": "mine",
    }
    kept = {name: value for name, value in (facts | other).items() if value is not None}
    save_file({"vectors": vectors}, path, metadata=kept)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(AssetError) as caught:
        read_vectors(path)
    message = str(caught.value)
    assert message.startswith(f"{path} holds no readable vectors (")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "kind",
    [
        torch.bfloat16,
        torch.float16,
        torch.float64,
        torch.float8_e4m3fn,
        torch.float8_e5m2,
    ],
)
def test_safetensors_of_every_width_hold_the_same_vectors(
    tmp_path: Path, kind: torch.dtype
) -> None:
    path = write_safetensors(tmp_path / "v.safetensors", torch.from_numpy(VECTORS).to(kind))
    (found,) = read_vectors(path)
    assert found.vectors.dtype == np.float32
    np.testing.assert_array_equal(found.vectors, VECTORS)
    assert found.labels == ("cat", "nan")


def test_an_encoder_of_bfloat16_vectors_gives_them(tmp_path: Path) -> None:
    tensor = torch.from_numpy(VECTORS).bfloat16()
    path = write_safetensors(tmp_path / "v.safetensors", tensor)
    encoder = StoredVectors.from_path(path, name="mine")
    found = encoder.embed_texts(["nan"], normalise=False)
    np.testing.assert_array_equal(found.vectors, VECTORS[1:])


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.float16, ">f8"])
def test_integers_and_other_floats_are_read_in_npz(tmp_path: Path, kind: Any) -> None:
    whole = np.array([[1, 2], [3, -4]]).astype(kind)
    (found,) = read_vectors(write_npz(tmp_path / "v.npz", vectors=whole))
    np.testing.assert_array_equal(found.vectors, [[1, 2], [3, -4]])


def test_an_ending_in_capitals_is_the_same_ending(tmp_path: Path) -> None:
    write_npz(tmp_path / "v.npz").rename(tmp_path / "V.NPZ")
    assert StoredVectors.from_path(tmp_path, name="mine").dimension == 3


def test_bytes_are_read_as_the_text_they_are(tmp_path: Path) -> None:
    path = write_npz(
        tmp_path / "v.npz",
        labels=np.array([b"cat", "größer".encode()]),
        modality=np.array(b"text"),
    )
    (found,) = read_vectors(path)
    assert (found.labels, found.modality) == (("cat", "größer"), "text")


@pytest.mark.parametrize("kind", [pa.list_(pa.float16()), pa.large_list(pa.float64())])
def test_parquet_lists_of_any_width_are_read(tmp_path: Path, kind: pa.DataType) -> None:
    column = pa.array([np.asarray(row, np.float16) for row in VECTORS], pa.list_(pa.float16()))
    path = write_parquet(tmp_path / "v.parquet", vector=column.cast(kind))
    np.testing.assert_array_equal(read_vectors(path)[0].vectors, VECTORS)


def test_parquet_of_fixed_lists_and_categories_is_read(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "v.parquet",
        vector=pa.array(VECTORS.tolist(), pa.list_(pa.float32(), 3)),
        language=pa.array(["en", "ko"]).dictionary_encode(),
        id=[7, 8],
    )
    (found,) = read_vectors(path)
    assert (found.languages, found.ids) == (("en", "ko"), ("7", "8"))
    np.testing.assert_array_equal(found.vectors, VECTORS)


NPZ = {
    "NaN": ({"vectors": VECTORS * np.nan}, "NaN or infinity"),
    "complex": ({"vectors": VECTORS * 1j}, "complex numbers"),
    "text": ({"vectors": VECTORS.astype(str)}, "vectors are text"),
    "objects": ({"vectors": VECTORS.astype(object)}, "Python objects"),
    "object labels": ({"labels": np.array(["cat", None], object)}, "labels are Python objects"),
    "float labels": ({"labels": np.array([1.5, np.nan])}, "label 0 of 2 is 1.5"),
    "missing label": ({"labels": np.array([np.nan, np.nan])}, "label 0 of 2 is missing"),
    "one label": ({"labels": np.array("cat")}, "labels have shape"),
    "bad bytes": ({"labels": np.array([b"\xff", b"a"])}, "not UTF-8"),
    "no rows": ({"vectors": VECTORS[:0], "ids": np.array([], str)}, "0 vectors of 3 numbers"),
    "one row": ({"vectors": VECTORS[0]}, "one row per item"),
    "too large": ({"vectors": VECTORS.astype(float) * 1e300}, "too large for float32"),
    "fewer labels": ({"labels": np.array(["cat"])}, "1 labels came for 2 vectors"),
    "no labels": ({"labels": None}, "its arrays lack labels; there are vectors, ids"),
    "modality": ({"modality": np.array("sound")}, "modality is 'sound'"),
}


@pytest.mark.parametrize("name", NPZ)
def test_an_npz_that_cannot_be_read_rightly_is_refused(tmp_path: Path, name: str) -> None:
    parts, words = NPZ[name]
    assert words in refusal(write_npz(tmp_path / "v.npz", **parts))


PARQUET = {
    "null label": ({"label": ["cat", None]}, "label 1 of 2 is missing"),
    "null modality": ({"modality": ["text", None]}, "modality 1 of 2 is missing"),
    "null vector": ({"vector": [[1.0, 2.0], None]}, "1 of its 2 vectors are missing"),
    "null number": ({"vector": [[1.0, None], [1.0, 2.0]]}, "1 numbers of its vectors"),
    "lengths": ({"vector": [[1.0], [1.0, 2.0]]}, "2 different lengths"),
    "no lists": ({"vector": [1.0, 2.0]}, "holds double; store a list"),
    "text": ({"vector": [["a"], ["b"]]}, "vectors are Python objects"),
    "two encoders": ({"encoder": ["mine", "yours"]}, "2 encoders (mine, yours)"),
    "no column": ({"language": None}, "its columns lack language; there are vector, id"),
    "no rows": ({"rows": 0}, "it has no rows"),
}


@pytest.mark.parametrize("name", PARQUET)
def test_a_parquet_file_that_cannot_be_read_rightly_is_refused(tmp_path: Path, name: str) -> None:
    parts, words = PARQUET[name]
    assert words in refusal(write_parquet(tmp_path / "v.parquet", **parts))


SAFETENSORS = {
    "no ids": ({"ids": None}, "its metadata lack ids; there are"),
    "no labels": ({"labels": None}, "its metadata of texts lack labels"),
    "null label": ({"labels": '["cat", null]'}, "label 1 of 2 is missing"),
    "one text": ({"labels": '"ab"'}, "its labels are no JSON list"),
    "not JSON": ({"ids": "a, b"}, "expecting value"),
}


@pytest.mark.parametrize("name", SAFETENSORS)
def test_safetensors_that_cannot_be_read_rightly_are_refused(tmp_path: Path, name: str) -> None:
    parts, words = SAFETENSORS[name]
    path = write_safetensors(tmp_path / "v.safetensors", torch.from_numpy(VECTORS), **parts)
    assert words in refusal(path)


def test_a_float8_vector_that_is_nan_is_refused(tmp_path: Path) -> None:
    tensor = torch.from_numpy(VECTORS * [[1], [np.nan]]).to(torch.float8_e4m3fn)
    assert "first in row 1 of 2" in refusal(write_safetensors(tmp_path / "v.safetensors", tensor))


def test_another_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.csv").touch()
    assert "it ends in '.csv'" in refusal(tmp_path / "v.csv")


def test_hidden_files_of_a_folder_are_skipped_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_npz(tmp_path / "v.npz")
    (tmp_path / "._v.npz").write_bytes(b"\0\5\x16\7")
    assert StoredVectors.from_path(tmp_path, name="mine").dimension == 3
    assert "1 hidden files are skipped" in caplog.text


def test_no_part_at_all_is_refused() -> None:
    with pytest.raises(AssetError, match="'mine' holds no vectors"):
        StoredVectors([], name="mine")
