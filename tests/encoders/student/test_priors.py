"""Students made of a pretrained backbone: what is trained, what their folders hold, and a cache."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from support.tiny_encoders import TEXTS, write_student
from support.tiny_packages import install_tiny_e5
from support.tiny_training import write_backbone
from support.tiny_use import install_tiny_use
from torch import nn

from tomclip.config import StudentConfig, parse_config
from tomclip.core.errors import AssetError, ConfigError, EncoderUnavailable, RunError
from tomclip.encoders import load_student
from tomclip.encoders.memory.forecast import memory_estimate
from tomclip.encoders.packaged.directories import packaged_directory
from tomclip.encoders.packaged.records import E5, USE
from tomclip.encoders.registry import find_encoder
from tomclip.encoders.student import priors
from tomclip.encoders.student.encoder import (
    Student,
    StudentModel,
    load_student_model,
    pad_batch,
    save_student,
    token_ids,
)
from tomclip.encoders.student.frozen import FrozenStates
from tomclip.encoders.student.lora import add_lora
from tomclip.encoders.student.priors import weights_digest
from tomclip.encoders.student.settings import LoraSettings
from tomclip.encoders.student.state_files import StateFiles, text_key
from tomclip.encoders.student.trainable import make_trainable
from tomclip.training.initial_student import build_student

KINDS = ("head", "top:1", "top:2", "lora", "all")


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    return write_backbone(tmp_path_factory.mktemp("prior") / "backbone")


def begun(prior: Path, trainable: str, **student: Any) -> tuple[StudentModel, Any]:
    """Returns a student of two layers that starts from the backbone, ready to be trained."""
    settings = {"start_from": str(prior), "max_tokens": 30, "trainable": trainable, **student}
    config = parse_config({"student": settings})
    torch.manual_seed(1)
    model, tokenizer = build_student(config)
    make_trainable(model, config.student)
    return model.train(), tokenizer


def batch(tokenizer: Any) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = token_ids(tokenizer, TEXTS, max_tokens=20)
    return pad_batch(tokens, int(tokenizer.pad_token_id))


def disturb(model: StudentModel) -> None:
    """Changes everything that is trained."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.1)


def vectors(model: StudentModel, tokenizer: Any) -> torch.Tensor:
    with torch.no_grad():
        return model.eval()(*batch(tokenizer))


@pytest.mark.parametrize(
    ("trainable", "trained"),
    [
        ("head", ()),
        ("top:1", ("encoder.layer.1.",)),
        ("top:2", ("encoder.layer.",)),
        ("all", ("encoder.layer.", "embeddings.position", "embeddings.token", "embeddings.Layer")),
    ],
)
def test_gradients_reach_what_is_named_and_nothing_else(
    backbone: Path, trainable: str, trained: tuple[str, ...]
) -> None:
    model, tokenizer = begun(backbone, trainable)
    model(*batch(tokenizer)).square().sum().backward()
    for name, parameter in model.backbone.named_parameters():
        assert (parameter.grad is not None) == name.startswith(trained or ("nothing",)), name
    assert model.head.weight.grad is not None


@pytest.mark.parametrize(("words", "expected"), [("auto", False), ("trained", True)])
@pytest.mark.parametrize("trainable", ["all", "lora"])
def test_the_word_table_is_frozen_unless_asked(
    backbone: Path, words: str, expected: bool, trainable: str
) -> None:
    model, _ = begun(backbone, trainable, words=words)
    assert model.steps.table().requires_grad == expected


def test_a_backbone_of_the_older_kind_is_trained_whole_and_kept_whole(
    backbone: Path, tmp_path: Path
) -> None:
    model, tokenizer = begun(backbone, "all", start_from=None, backbone=str(backbone))
    assert all(parameter.requires_grad for parameter in model.parameters())
    save_student(model, tokenizer, tmp_path / "student")
    assert (tmp_path / "student" / "model.safetensors").is_file()
    assert "prior" not in json.loads((tmp_path / "student" / "student.json").read_text())


@pytest.mark.parametrize("kind", KINDS)
def test_a_student_read_back_gives_the_same_vectors(
    backbone: Path, tmp_path: Path, kind: str
) -> None:
    model, tokenizer = begun(backbone, kind)
    disturb(model)
    folder = save_student(model, tokenizer, tmp_path / "student", dtype="fp32")
    again, their_tokenizer = load_student_model(folder)
    assert torch.equal(vectors(again, their_tokenizer), vectors(model, tokenizer))
    assert again.settings == model.settings
    # Written once more, by who does not train it, it is the same again.
    copy = save_student(again, their_tokenizer, tmp_path / "copy", dtype="fp32")
    assert {f.name: f.read_bytes() for f in copy.iterdir()} == {
        f.name: f.read_bytes() for f in folder.iterdir()
    }


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("head", lambda name: False),
        ("top:1", lambda name: name.startswith("encoder.layer.1.")),
        ("lora", lambda name: "lora_" in name),
        ("all", lambda name: "word_embeddings" not in name),
    ],
)
def test_a_students_folder_holds_what_changed_and_names_the_rest(
    backbone: Path, tmp_path: Path, kind: str, kept: Any
) -> None:
    model, tokenizer = begun(backbone, kind)
    names = {name for name, _ in model.backbone.named_parameters()}
    folder = save_student(model, tokenizer, tmp_path / "student")
    files = {"head.safetensors", "changes.safetensors", "student.json"}
    assert {file.name for file in folder.iterdir()} == files
    assert set(load_file(folder / "changes.safetensors")) == set(filter(kept, names))
    prior = json.loads((folder / "student.json").read_text())["prior"]
    assert prior["name"] == str(backbone.resolve())
    assert prior["sha256"] == weights_digest(build_student_backbone(backbone))


def build_student_backbone(backbone: Path) -> nn.Module:
    return begun(backbone, "head")[0].backbone


def test_a_student_of_a_prior_is_an_encoder_like_any_other(backbone: Path, tmp_path: Path) -> None:
    model, tokenizer = begun(backbone, "lora")
    disturb(model)
    folder = save_student(model, tokenizer, tmp_path / "student", dtype="fp32")
    info = find_encoder(str(folder))
    assert info is not None
    assert (info.kind, info.teacher) == ("student", "emoji-teacher")
    found = load_student(str(folder)).embed_texts(TEXTS, normalise=False).vectors
    np.testing.assert_allclose(found, vectors(model, tokenizer).numpy(), atol=1e-5)
    counted = sum(parameter.numel() for parameter in model.parameters())
    assert memory_estimate(str(folder)).parameters == counted


def test_a_prior_that_differs_or_is_gone_is_one_sentence(backbone: Path, tmp_path: Path) -> None:
    prior = tmp_path / "prior"
    shutil.copytree(backbone, prior)
    model, tokenizer = begun(prior, "head")
    folder = save_student(model, tokenizer, tmp_path / "student")
    weights = load_file(prior / "model.safetensors")
    weights["roberta.encoder.layer.0.output.dense.bias"] += 1
    save_file(weights, prior / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(AssetError, match="whose weights are others now"):
        load_student_model(folder)
    shutil.rmtree(prior)
    with pytest.raises(EncoderUnavailable, match="prior, which is no folder any more"):
        load_student_model(folder)


def test_changes_that_do_not_fit_are_one_sentence(backbone: Path, tmp_path: Path) -> None:
    model, tokenizer = begun(backbone, "top:1")
    folder = save_student(model, tokenizer, tmp_path / "student")
    save_file({"encoder.layer.9.bias": torch.zeros(2)}, folder / "changes.safetensors")
    with pytest.raises(AssetError, match="does not fit the student's prior"):
        load_student_model(folder)
    (folder / "changes.safetensors").unlink()
    with pytest.raises(AssetError, match=r"changes\.safetensors cannot be read"):
        load_student_model(folder)


def test_lora_changes_nothing_before_it_is_trained(backbone: Path) -> None:
    plain, tokenizer = begun(backbone, "head")
    added, _ = begun(backbone, "lora")
    torch.testing.assert_close(
        added.eval().steps.advance(added.words(batch(tokenizer)[0]), batch(tokenizer)[1], 0, 4),
        plain.eval().steps.advance(plain.words(batch(tokenizer)[0]), batch(tokenizer)[1], 0, 4),
    )


def test_lora_without_the_named_layers_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match="no layers named query or value"):
        add_lora(nn.Sequential(nn.Linear(2, 2)), LoraSettings(rank=2, alpha=4))


def test_lora_asks_for_a_pretrained_beginning(backbone: Path, tmp_path: Path) -> None:
    student = StudentConfig(start_from="mclip", trainable="lora")
    with pytest.raises(ConfigError, match="is no pretrained backbone"):
        make_trainable(load_student_model(write_student(tmp_path / "student"))[0], student)
    model, _ = begun(backbone, "lora")
    with pytest.raises(ConfigError, match="has LoRA layers"):
        make_trainable(model, StudentConfig(start_from=str(backbone), trainable="head"))


def test_more_layers_than_there_are_is_one_sentence(backbone: Path) -> None:
    with pytest.raises(ConfigError, match="has 2 layers; use top:1 to top:2, or all"):
        begun(backbone, "top:3")


@pytest.mark.parametrize("kind", ["head", "top:1", "top:2"])
def test_cached_states_give_what_the_texts_give(backbone: Path, kind: str) -> None:
    model, tokenizer = begun(backbone, kind)
    model.eval()
    frozen = FrozenStates(model)
    ids, mask = batch(tokenizer)
    expected = model(ids, mask)
    found = model(*frozen.batch(ids, mask))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    expected.square().sum().backward()
    gradients = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    model.zero_grad()
    found.square().sum().backward()
    again = [p.grad for p in model.parameters() if p.grad is not None]
    assert len(again) == len(gradients)
    for one, other in zip(gradients, again, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_frozen_layers_have_no_dropout_and_trained_ones_have(backbone: Path) -> None:
    model, tokenizer = begun(backbone, "top:1", dropout=0.5)
    ids, mask = batch(tokenizer)
    assert model.training
    depth = model.frozen_depth
    once, again = (model.steps.advance(model.words(ids), mask, 0, depth) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.allclose(model(ids, mask), model(ids, mask))


def test_states_are_computed_once_for_the_same_weights_and_texts(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path))
    model, tokenizer = begun(backbone, "top:1")
    tokens = token_ids(tokenizer, TEXTS, max_tokens=30)
    reports: list[tuple[int, int]] = []
    FrozenStates(model).prepare(tokens, on_progress=lambda *now: reports.append(now))
    assert reports[-1][0] == reports[-1][1]
    computed = len(reports)
    FrozenStates(model).prepare(tokens, on_progress=lambda *now: reports.append(now))
    FrozenStates(model).prepare(tokens[:3], on_progress=lambda *now: reports.append(now))
    assert len(reports) == computed
    assert len(list((tmp_path / "states").iterdir())) == 1
    FrozenStates(model, bf16=True).prepare(tokens)
    FrozenStates(begun(backbone, "head")[0]).prepare(tokens)
    with torch.no_grad():
        next(iter(model.backbone.parameters())).add_(1.0)
    FrozenStates(model).prepare(tokens)
    assert len(list((tmp_path / "states").iterdir())) == 4


def test_only_texts_that_no_run_has_met_are_computed(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path))
    model, tokenizer = begun(backbone, "top:1")
    tokens = token_ids(tokenizer, TEXTS, max_tokens=30)
    other = FrozenStates(model)
    other.prepare(tokens[-1:])
    first = FrozenStates(model)
    first.prepare(tokens[:4])
    other.prepare(tokens)
    kept = [len(np.load(file)["lengths"]) for file in sorted(tmp_path.rglob("*.npz"))]
    assert kept == [1, 4, len({tuple(row) for row in tokens}) - 5]
    ids, mask = batch(tokenizer)
    expected = model.steps.advance(model.words(ids), mask, 0, model.frozen_depth)
    for frozen in (first, other, FrozenStates(model)):
        states, _ = frozen.batch(ids, mask)
        torch.testing.assert_close(states * mask[..., None], expected * mask[..., None])


def test_the_rows_of_a_text_stay_those_that_were_read_first(
    tmp_path: Path,
) -> None:
    ours, theirs = (StateFiles(tmp_path, width=2, dtype=np.dtype(np.float32)) for _ in range(2))
    for files, value in ((ours, 1.0), (theirs, 2.0)):  # neither has seen the other's file
        with files.written([text_key([5, 6])], np.array([1])) as rows:
            rows[:] = value
    again = StateFiles(tmp_path, width=2, dtype=np.dtype(np.float32))
    again.refresh()
    file, start = again.places([text_key([5, 6])])
    assert again.rows(int(file[0]), start).tolist() == [[1.0, 1.0]]


def test_a_file_that_was_broken_off_leaves_nothing(tmp_path: Path) -> None:
    files = StateFiles(tmp_path, width=2, dtype=np.dtype(np.float32))
    with pytest.raises(KeyboardInterrupt), files.written([text_key([5])], np.array([1])):
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
    assert text_key([5]) not in files


def test_half_precision_states_are_close(backbone: Path) -> None:
    model, tokenizer = begun(backbone, "top:1")
    ids, mask = batch(tokenizer)
    exact, half = (FrozenStates(model, bf16=bf16).batch(ids, mask)[0] for bf16 in (False, True))
    torch.testing.assert_close(half, exact, rtol=0.05, atol=0.05)


def test_a_full_disk_is_one_sentence(
    backbone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path))
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
    model, tokenizer = begun(backbone, "top:1")
    with pytest.raises(RunError, match=r"19 texts take .* GB, and .* GB free; train the head"):
        FrozenStates(model).prepare(token_ids(tokenizer, TEXTS, max_tokens=30))


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    install_tiny_use(tmp_path / "packages", monkeypatch)
    return USE


@pytest.mark.parametrize("kind", ["head", "top:1", "top:2", "all"])
def test_use_is_a_prior_like_any_other(use: str, tmp_path: Path, kind: str) -> None:
    model, tokenizer = begun(use, kind)  # type: ignore[arg-type]
    ids, mask = batch(tokenizer)
    if kind != "all":
        found = model.eval()(*FrozenStates(model).batch(ids, mask))
        torch.testing.assert_close(found, model(ids, mask), rtol=0, atol=1e-6)
    model.train()(ids, mask).square().sum().backward()
    trained = {"head": (), "top:1": ("dense.",)}.get(kind, ("dense.", "branches."))
    for name, parameter in model.backbone.named_parameters():
        assert (parameter.grad is not None) == name.startswith(trained or ("nothing",)), name
    disturb(model)
    folder = save_student(model, tokenizer, tmp_path / "student", dtype="fp32")
    again, their_tokenizer = load_student_model(folder)
    assert torch.equal(vectors(again, their_tokenizer), vectors(model, tokenizer))
    counted = sum(parameter.numel() for parameter in model.parameters())
    assert memory_estimate(str(folder)).parameters == counted


@pytest.mark.parametrize(
    ("student", "message"),
    [
        ({"trainable": "lora"}, "no layers named query or value"),
        ({"trainable": "all", "words": "trained"}, "6 bits a number and cannot be trained"),
        ({"trainable": "top:3"}, "has 2 layers"),
    ],
)
def test_what_use_cannot_do_is_one_sentence(
    use: str, student: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        begun(use, **student)  # type: ignore[arg-type]


def test_a_student_finds_the_copy_of_a_packaged_encoder_that_it_was_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    install_tiny_e5(tmp_path / "packages", monkeypatch)
    model, tokenizer = begun(E5, "head", max_tokens=20)  # type: ignore[arg-type]
    folder = save_student(model, tokenizer, tmp_path / "student", dtype="fp32")
    other = tmp_path / "other"
    shutil.copytree(packaged_directory(E5), other)
    weights = load_file(other / "model.safetensors")
    weights["embeddings.LayerNorm.bias"] += 1
    save_file(weights, other / "model.safetensors", metadata={"format": "pt"})
    (only,) = priors.packaged_origins(E5)
    with monkeypatch.context() as patch:  # another copy of it answers first
        patch.setattr(priors, "prior_directory", lambda _: other)
        patch.setattr(priors, "packaged_origins", lambda _: (None, only))
        assert weights_digest(priors.load_prior(E5)[0]) != weights_digest(model.backbone)
        again, their_tokenizer = load_student_model(folder)
    assert torch.equal(vectors(again, their_tokenizer), vectors(model, tokenizer))
    monkeypatch.setenv("TOMCLIP_PACKAGED", "off")
    with pytest.raises(EncoderUnavailable, match=r"is made of 'multilingual-e5-small': .* comes"):
        load_student_model(folder)


def test_an_encoder_with_kept_states_embeds_as_one_without(backbone: Path) -> None:
    model, tokenizer = begun(backbone, "top:1")
    plain = Student(model, tokenizer, name="plain").embed_texts(TEXTS).vectors
    model.frozen_states = FrozenStates(model)
    kept = Student(model, tokenizer, name="kept")
    np.testing.assert_allclose(kept.embed_texts(TEXTS).vectors, plain, atol=1e-6)
    assert kept.embed_texts([]).vectors.shape == (0, model.settings.dimension)
