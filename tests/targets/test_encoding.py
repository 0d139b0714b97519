"""Teacher targets: what is stored, what a stopped or damaged directory needs, what is refused."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import numpy as np
import pytest
from filelock import FileLock
from support.tiny_captions import (
    CAPTIONS,
    EMBEDDINGS_NAME,
    many_rows,
    write_csv,
    write_hub_embeddings,
)
from support.tiny_encoders import DIMENSION, put_into_hub_cache, write_teacher

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.core.files.cache import text_digests
from tomclip.core.progress import Pace
from tomclip.data.captions.table import open_captions
from tomclip.encoders import encoder_fingerprint, load_teacher
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.targets import encoding as targets
from tomclip.targets import published as published_targets
from tomclip.targets.encoding import encode_targets, open_targets
from tomclip.targets.files import TargetPlan
from tomclip.targets.writer import target_writer

TEXTS = [*(f"{text} {i}" for i in range(5) for text in CAPTIONS), *CAPTIONS[:3], *CAPTIONS[:3]]
DIFFERENT = 43


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_teacher(tmp_path_factory.mktemp("teacher")))


@pytest.fixture(scope="module")
def expected(teacher: str) -> np.ndarray:
    return load_teacher(teacher).embed_texts(TEXTS, normalise=False).vectors


class Counted:
    """Counts the captions that reach the teacher."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: list[str] = []
        monkeypatch.setattr(targets, "load_teacher", self._load)

    def _load(self, name: str, *, device: str) -> Any:
        self._teacher = load_teacher(name, device=device)
        self.dimension = self._teacher.dimension
        return self

    def embed_texts(self, texts: list[str], **options: Any) -> Any:
        self.texts += texts
        return self._teacher.embed_texts(texts, **options)


@pytest.mark.parametrize(("shard_size", "batch_size"), [(7, 3), (1000, 256), (1, 1)])
def test_the_targets_are_the_teachers_raw_vectors_in_the_order_of_the_captions(
    teacher: str, expected: np.ndarray, tmp_path: Path, shard_size: int, batch_size: int
) -> None:
    made = encode_targets(TEXTS, teacher, tmp_path, shard_size=shard_size, batch_size=batch_size)
    assert (len(made), made.dimension, made.teacher) == (len(TEXTS), DIMENSION, teacher)
    np.testing.assert_allclose(made.vectors(np.arange(len(TEXTS))), expected, atol=1e-5)
    rows = np.array([44, 0, 8, 8])
    np.testing.assert_allclose(made.vectors(rows), expected[rows], atol=1e-5)
    assert made.vectors(rows).dtype == np.float32


def test_equal_captions_are_encoded_once(
    teacher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    made = encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    assert sorted(counted.texts) == sorted(set(TEXTS))
    assert made.plan.targets == len(set(TEXTS)) == DIFFERENT
    np.testing.assert_array_equal(made.vectors(np.array([40])), made.vectors(np.array([43])))


def test_a_teacher_that_cannot_be_had_leaves_the_directory_to_the_next_one(
    teacher: str, tmp_path: Path
) -> None:
    for nobody in ("mclip", "ViT-B-32/openai"):
        with pytest.raises(EncoderUnavailable, match=r"name a teacher|hf download"):
            encode_targets(TEXTS, nobody, tmp_path / "targets")
    assert len(encode_targets(TEXTS, teacher, tmp_path / "targets")) == len(TEXTS)


def test_a_teacher_that_the_first_call_downloads_is_the_same_for_the_second(
    teacher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, name = tmp_path / "hub", "hf-hub:someone/tiny-clip"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(hub))

    def downloading(name: str, *, device: str) -> Teacher:
        if not hub.is_dir():
            put_into_hub_cache(hub, "someone/tiny-clip", Path(teacher), commit="a" * 40)
        return load_teacher(name, device=device)

    monkeypatch.setattr(targets, "load_teacher", downloading)
    first = encode_targets(TEXTS, name, tmp_path / "targets")
    assert first.plan.teacher_fingerprint == encoder_fingerprint(name)
    assert encode_targets(TEXTS, name, tmp_path / "targets").fingerprint == first.fingerprint


def test_half_precision_halves_the_files_and_moves_a_vector_by_less_than_a_thousandth(
    teacher: str, expected: np.ndarray, tmp_path: Path
) -> None:
    whole = encode_targets(TEXTS, teacher, tmp_path / "32")
    half = encode_targets(TEXTS, teacher, tmp_path / "16", dtype="float16")
    sizes = [
        sum(f.stat().st_size for f in made.directory.glob("shard-*")) for made in (whole, half)
    ]
    data = DIFFERENT * DIMENSION
    assert sizes[0] - sizes[1] == pytest.approx(2 * data, abs=128)
    found = half.vectors(np.arange(len(TEXTS)))
    errors = np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)
    assert 0 < errors.max() < 1e-3


def test_a_caption_finds_its_target_by_content_whatever_table_it_is_in(
    teacher: str, expected: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    rows = many_rows(9)
    table = open_captions(write_csv(tmp_path / "pairs.csv", rows))
    made = encode_targets(table.captions(), teacher, tmp_path / "targets", shard_size=4)
    other = open_captions(write_csv(tmp_path / "other.csv", rows[6:2:-1]))
    found = made.vectors(made.rows_of(other.digests(np.arange(4))))
    texts = [row["caption"] for row in rows[6:2:-1]]
    wanted = load_teacher(teacher).embed_texts(texts, normalise=False).vectors
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    with pytest.raises(InputError, match="has no target for 1 of 2 captions"):
        made.rows_of(text_digests([texts[0], "never seen"]))


def test_progress_counts_different_captions_with_speed_and_time_left(
    teacher: str, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    paces: list[tuple[float, float | None]] = []
    pace = Pace()

    def note(done: int, total: int) -> None:
        pace(done, total)
        seen.append((done, total))
        paces.append((pace.per_second, pace.seconds_left))

    encode_targets(TEXTS, teacher, tmp_path, shard_size=16, batch_size=8, on_progress=note)
    assert [done for done, _ in seen] == [0, 8, 16, 24, 32, 40, 43]
    assert {total for _, total in seen} == {DIFFERENT}
    assert paces[0] == (0, None)
    assert paces[-1][1] == 0
    assert paces[3][1] == pytest.approx(19 / paces[3][0])


def test_a_finished_directory_is_opened_without_the_teacher(
    teacher: str, expected: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    counted = Counted(monkeypatch)
    again = encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    opened = open_targets(tmp_path, verify=True)
    assert counted.texts == []
    assert first.fingerprint == again.fingerprint == opened.fingerprint
    np.testing.assert_allclose(opened.vectors(np.array([5])), expected[[5]], atol=1e-5)


def test_targets_travel_to_another_process(
    teacher: str, expected: np.ndarray, tmp_path: Path
) -> None:
    made = pickle.loads(pickle.dumps(encode_targets(TEXTS, teacher, tmp_path, shard_size=10)))
    np.testing.assert_allclose(made.vectors(np.array([30])), expected[[30]], atol=1e-5)


def test_the_manifest_says_what_made_the_targets(teacher: str, tmp_path: Path) -> None:
    encode_targets(TEXTS, teacher, tmp_path, shard_size=20)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["plan"]["teacher"] == teacher
    assert (manifest["plan"]["captions"], manifest["dimension"]) == (len(TEXTS), DIMENSION)
    assert set(manifest["files"]) == {"rows.arrow", *(f"shard-0000{i}.arrow" for i in range(3))}
    assert "torch" in manifest["versions"]


CHILD = """
import sys
from pathlib import Path
from targets.test_encoding import TEXTS
from tomclip.targets.encoding import encode_targets
def tell(done, total):
    print(done, flush=True)
encode_targets(TEXTS, sys.argv[1], Path(sys.argv[2]), shard_size=4, batch_size=1,
               on_progress=tell)
"""


def test_a_process_killed_in_the_middle_loses_one_shard_at_most(
    teacher: str, expected: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, teacher, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert child.stdout is not None
    with child.stdout:
        reached = next(int(line) for line in child.stdout if int(line) >= 10)
        child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    with pytest.raises(InputError, match=r"of 11 shards; run the same 'tomclip targets' again"):
        open_targets(tmp_path)
    counted = Counted(monkeypatch)
    made = encode_targets(TEXTS, teacher, tmp_path, shard_size=4)
    assert len(counted.texts) <= DIFFERENT - (reached // 4 - 1) * 4
    assert len(counted.texts) < DIFFERENT
    np.testing.assert_allclose(made.vectors(np.arange(len(TEXTS))), expected, atol=1e-5)
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("moment", range(1, 12))
def test_a_stop_at_any_write_leaves_a_directory_that_goes_on(
    teacher: str, expected: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    replace, calls = os.replace, iter(range(1, 1000))

    def stopped(source: str, target: Path) -> None:
        if next(calls) == moment:
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            encode_targets(TEXTS, teacher, tmp_path, shard_size=9)
    made = encode_targets(TEXTS, teacher, tmp_path, shard_size=9)
    np.testing.assert_allclose(made.vectors(np.arange(len(TEXTS))), expected, atol=1e-5)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
@pytest.mark.parametrize("name", ["shard-00001.arrow", "rows.arrow"])
def test_a_damaged_file_is_found_and_made_again(
    teacher: str,
    expected: np.ndarray,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
    name: str,
) -> None:
    encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    path = tmp_path / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    if damage != "gone":
        path.write_bytes(data if damage == "flip" else data[:-100])
    with pytest.raises(InputError, match=f"{name} is missing or damaged|cannot"):
        open_targets(tmp_path, verify=True)
    counted = Counted(monkeypatch)
    made = encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    assert len(counted.texts) == (10 if name.startswith("shard") else 0)
    np.testing.assert_allclose(made.vectors(np.arange(len(TEXTS))), expected, atol=1e-5)


def test_a_directory_of_another_teacher_or_other_captions_is_refused(tmp_path: Path) -> None:
    mine, other, own = (tmp_path / name for name in ("mine", "other", "targets"))
    for seed, directory in enumerate((mine, other)):
        directory.mkdir()
        write_teacher(directory, seed=seed)
    encode_targets(TEXTS, str(mine), own)
    with pytest.raises(InputError, match=f"holds targets of teacher {mine}, not {other}"):
        encode_targets(TEXTS, str(other), own)
    with pytest.raises(InputError, match="holds targets of 46 other captions"):
        encode_targets(TEXTS[::-1], str(mine), own)
    with pytest.raises(InputError, match="targets of dtype float32, not float16"):
        encode_targets(TEXTS, str(mine), own, dtype="float16")
    with pytest.raises(InputError, match="targets of precision fp32, not bf16"):
        encode_targets(TEXTS, str(mine), own, precision="bf16")
    shutil.copy(other / "open_clip_model.safetensors", mine)
    with pytest.raises(InputError, match=f"holds targets of other files of the teacher {mine}"):
        encode_targets(TEXTS, str(mine), own)
    assert len(open_targets(own, verify=True)) == len(TEXTS)


def test_a_directory_with_other_files_is_left_alone(teacher: str, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(InputError, match=r"holds other files \(thesis\.tex\)"):
        encode_targets(TEXTS, teacher, tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "x"


def test_two_processes_never_write_the_same_directory(teacher: str, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"), pytest.raises(InputError, match="by another process"):
        encode_targets(TEXTS, teacher, tmp_path)


def test_a_full_disk_is_one_sentence_and_the_rest_stays(
    teacher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    (tmp_path / "shard-00004.arrow").unlink()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(InputError, match=r"cannot be written \(No space left"):
            encode_targets(TEXTS, teacher, tmp_path, shard_size=10)
    assert len(list(tmp_path.glob("*.part*"))) == 0
    encode_targets(TEXTS, teacher, tmp_path, shard_size=10).verify()


@pytest.mark.parametrize("changes", [{"shard_size": 0}, {"batch_size": 0}, {"captions": []}])
def test_sizes_below_one_are_refused(teacher: str, tmp_path: Path, changes: dict[str, Any]) -> None:
    arguments = {"captions": TEXTS, "teacher": teacher, "directory": tmp_path / "t"} | changes
    with pytest.raises(InputError, match="give at least 1 of each"):
        encode_targets(**arguments)
    assert not (tmp_path / "t").exists()


def test_vectors_too_large_for_half_precision_are_refused(tmp_path: Path) -> None:
    plan = TargetPlan("t", "f", 1, "c", 1, "caption", 1, "float16")
    with target_writer(tmp_path, plan, {}) as writer:
        with pytest.raises(InputError, match=r"reaches 7e\+04, too large for float16"):
            writer.write_shard(0, np.array([[7e4, 0]], dtype=np.float32))
        with pytest.raises(InputError, match="NaN"):
            writer.write_shard(0, np.array([[np.nan, 0]], dtype=np.float32))


@pytest.mark.parametrize("content", [None, "{", '{"schema": 9}', '{"schema": 1, "plan": {}}'])
def test_a_directory_without_readable_targets_is_refused(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InputError, match="holds no readable targets"):
        open_targets(tmp_path)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(published_targets, "SHARD_SIZE", 4)
    return tmp_path / "hub"


def published(n: int, dimension: int = 512) -> dict[int, np.ndarray]:
    """Returns vectors by id: every third row of the captions, the last first."""
    rng = np.random.default_rng(0)
    return {3 * row: rng.standard_normal(dimension, np.float32) for row in range(n)[::-1]}


def test_published_vectors_are_read_by_the_row_of_their_caption(hub: Path) -> None:
    vectors = published(11)
    write_hub_embeddings(hub, vectors)
    found = open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32", verify=True)
    assert (len(found), found.dimension, found.teacher) == (11, 512, "ViT-B-32/openai")
    assert found.key == "source_row"
    rows = found.rows_of(np.array([0, 30, 6]))
    np.testing.assert_array_equal(found.vectors(rows), [vectors[0], vectors[30], vectors[6]])
    with pytest.raises(InputError, match="has no target for 2 of 3 captions"):
        found.rows_of(np.array([0, 1, 4]))


def test_published_vectors_are_rewritten_once(hub: Path, tmp_path: Path) -> None:
    write_hub_embeddings(hub, published(11))
    first = open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32")
    made = {path: path.stat().st_mtime_ns for path in first.directory.glob("*.arrow")}
    open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32")
    assert {path: path.stat().st_mtime_ns for path in made} == made
    next(iter(first.directory.glob("shard-00001*"))).unlink()
    assert open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32", verify=True).fingerprint == first.fingerprint


def test_published_pickles_are_not_read(hub: Path) -> None:
    snapshot = write_hub_embeddings(hub, published(2))
    next(snapshot.rglob("*.parquet")).rename(snapshot / "Vit-B-32" / "Data-0.pkl")
    with pytest.raises(InputError, match=r"pickles are not read.*refs/convert/parquet"):
        open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32")


def test_published_vectors_of_another_length_are_refused(hub: Path) -> None:
    write_hub_embeddings(hub, published(3, dimension=8))
    with pytest.raises(InputError, match="do not have 512 numbers each"):
        open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32")


def test_published_vectors_that_are_not_there_say_how_to_get_them(hub: Path) -> None:
    with pytest.raises(InputError, match=r"hf download --repo-type dataset .*Embeddings"):
        open_targets(f"{EMBEDDINGS_NAME}:Vit-B-32")


@pytest.mark.parametrize("name", [f"{EMBEDDINGS_NAME}:ViT-B-32", "other/vectors:Vit-B-32", "a:b"])
def test_another_name_of_targets_says_what_is_accepted(name: str) -> None:
    with pytest.raises(InputError, match=r"Vit-B-32, Vit-L-16, OpenCLIP-Vit-B-16\+"):
        open_targets(name)
