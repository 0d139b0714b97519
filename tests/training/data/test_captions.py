"""Training on caption files: read from disk, continued exactly, refused when things do not fit."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from support.tiny_captions import many_rows, write_csv, write_hub_embeddings
from support.tiny_encoders import put_into_hub_cache, write_student, write_teacher
from support.tiny_training import captions_config, recorded, train_losses, write_backbone

from tomclip.core.errors import AssetError, ConfigError, EncoderUnavailable, TomclipError
from tomclip.data.captions.table import open_captions
from tomclip.encoders.registry import encoder_fingerprint
from tomclip.encoders.student.encoder import load_student_model, token_ids
from tomclip.encoders.student.pretrained import backbone_commit, backbone_directory
from tomclip.runs import read_status
from tomclip.targets.encoding import encode_targets, open_targets
from tomclip.training import resume, train
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.data.captions import _cached_targets, select_captions
from tomclip.training.data.loading import load_data
from tomclip.training.data.prefetch import BatchLoader
from tomclip.training.initial_student import build_student


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the captions, the emoji teacher's targets of them and a backbone."""
    folder = tmp_path_factory.mktemp("captions")
    config = captions_config(folder)
    table = open_captions(str(config.data.captions))
    encode_targets(table.captions(), "emoji-teacher", folder / "targets")
    write_backbone(folder / "backbone")
    return folder


def test_a_stopped_run_on_captions_goes_on_to_the_last_digit(folder: Path, tmp_path: Path) -> None:
    config = captions_config(folder)
    whole = train(config, directory=tmp_path / "whole")
    seen: list[str] = []
    stopped = train(
        config,
        directory=tmp_path / "parts",
        on_event=lambda event: seen.append(event.split),
        should_stop=lambda: seen.count("train") == 5,
    )
    assert (stopped.state, stopped.step) == ("cancelled", 5)
    continued = resume(tmp_path / "parts")
    assert train_losses(tmp_path / "parts") == train_losses(tmp_path / "whole")
    assert len(train_losses(tmp_path / "whole")) == 8
    assert (continued.state, continued.best_score) == ("finished", whole.best_score)


def test_named_targets_train_as_those_encoded_on_the_way(folder: Path, tmp_path: Path) -> None:
    named = captions_config(folder, data={"targets": str(folder / "targets")})
    train(named, directory=tmp_path / "named")
    train(captions_config(folder), directory=tmp_path / "encoded")
    assert train_losses(tmp_path / "named") == pytest.approx(train_losses(tmp_path / "encoded"))
    (given,) = recorded(tmp_path / "named", "sources")
    table, targets = open_captions(str(named.data.captions)), open_targets(folder / "targets")
    assert given.values["captions_fingerprint"] == table.fingerprint
    assert given.values["targets_fingerprint"] == targets.fingerprint
    assert (given.values["pairs"], given.values["empty_pairs_left_out"]) == (66, 0)
    told = recorded(tmp_path / "encoded", "targets")
    assert recorded(tmp_path / "named", "targets") == []
    assert all(event.values["total"] == 90 for event in told)


def test_validation_has_its_own_captions_and_a_rank_per_language(
    folder: Path, tmp_path: Path
) -> None:
    config = captions_config(folder)
    selection = select_captions(config)
    table, split = selection.table, selection.split
    assert (len(split.train), len(split.validation)) == (66, 24)
    assert not set(table.english(split.train)) & set(table.english(split.validation))
    train(config, directory=tmp_path / "run")
    values = recorded(tmp_path / "run", "validation")[-1].values
    assert {"ko", "de"} <= set(values["mean_reciprocal_rank"])


def test_a_batch_is_what_the_file_and_the_targets_hold(folder: Path) -> None:
    config = captions_config(folder, data={"targets": str(folder / "targets"), "languages": ["ko"]})
    _, tokenizer = build_student(config)
    data, _ = load_data(config, tokenizer, max_tokens=16)
    selection = select_captions(config)
    table, split = selection.table, selection.split
    sampler = CaptionSampler(data.english, batch_size=8, seed=3)
    loader = BatchLoader(data, sampler, device="cpu", part=slice(2, 5))
    rows = sampler.next_batch()
    ids, mask, targets = next(loader)
    loader.close()
    texts = token_ids(tokenizer, table.translated(split.train[rows[2:5]]), max_tokens=16)
    assert [row[kept.bool()].tolist() for row, kept in zip(ids, mask, strict=True)] == texts
    assert {*table.languages(split.train)} == {"ko"}
    expected = open_targets(folder / "targets").vectors(split.train[rows])
    np.testing.assert_array_equal(targets.numpy(), expected)


def test_a_published_backbone_gets_a_head_and_keeps_its_weights(folder: Path) -> None:
    config = captions_config(
        folder, student={"backbone": str(folder / "backbone"), "max_tokens": 40, "dropout": 0.3}
    )
    model, tokenizer = build_student(config)
    from transformers import XLMRobertaForMaskedLM

    there = XLMRobertaForMaskedLM.from_pretrained(folder / "backbone").roberta.state_dict()
    for name, value in model.backbone.state_dict().items():
        assert torch.equal(value, there[name]), name
    assert model.backbone.config.hidden_dropout_prob == 0.3
    assert model.head.out_features == open_targets(folder / "targets").dimension
    assert len(tokenizer) == model.backbone.config.vocab_size


def test_a_backbone_is_found_by_its_name_in_the_hub_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    put_into_hub_cache(tmp_path, "xlm-roberta-tiny", folder / "backbone", commit="c" * 40)
    found = backbone_directory("xlm-roberta-tiny")
    assert (
        found.resolve()
        == (tmp_path / "models--xlm-roberta-tiny" / "snapshots" / ("c" * 40)).resolve()
    )
    assert backbone_directory(f"xlm-roberta-tiny@{'c' * 40}").name == "c" * 40
    assert backbone_commit("xlm-roberta-tiny") == "c" * 40
    with pytest.raises(EncoderUnavailable, match="hf download xlm-roberta-other"):
        backbone_directory("xlm-roberta-other")


def test_another_kind_of_model_is_no_backbone(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "backbone", tmp_path / "backbone")
    path = tmp_path / "backbone" / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "model_type": "bert"}))
    with pytest.raises(AssetError, match="a model of type 'bert'; name one of type 'xlm-roberta'"):
        backbone_directory(str(tmp_path / "backbone"))


def test_a_backbone_trains_into_a_student_that_can_be_read_back(
    folder: Path, tmp_path: Path
) -> None:
    config = captions_config(
        folder,
        student={"backbone": str(folder / "backbone"), "max_tokens": 40},
        optimiser={"steps": 2, "batch_size": 16, "gradient_checkpointing": True},
    )
    result = train(config, directory=tmp_path / "run")
    model, _ = load_student_model(result.best_checkpoint)
    assert (model.settings.max_tokens, model.settings.teacher) == (40, "emoji-teacher")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": {"captions": "nowhere.csv"}}, "data.captions: there is no caption file"),
        ({"data": {"languages": ["sw"]}}, "data.captions: .* no pairs in sw"),
        ({"data": {"pairs": 80}}, "data.captions: 80 pairs and 24 for validation"),
        ({"data": {"targets": "nowhere"}}, "data.targets: nowhere holds no readable targets"),
        ({"optimiser": {"batch_size": 67}}, "batch_size is 67, but the data hold only 66"),
        ({"student": {"backbone": "nowhere"}}, "student.backbone: .*nowhere"),
        ({"student": {"backbone": "", "max_tokens": 41}}, "max_tokens is 41, .* at most 40"),
    ],
)
def test_what_does_not_fit_is_one_sentence_before_anything_is_written(
    changes: dict[str, dict[str, object]], message: str, folder: Path, tmp_path: Path
) -> None:
    if changes.get("student", {}).get("backbone") == "":
        changes = {"student": {**changes["student"], "backbone": str(folder / "backbone")}}
    with pytest.raises(TomclipError, match=message):
        train(captions_config(folder, **changes), directory=tmp_path / "run")  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


def refusal(config, directory: Path, error: type[Exception] = ConfigError) -> str:
    with pytest.raises(error) as raised:
        train(config, directory=directory)
    assert not directory.exists()
    return str(raised.value)


def test_targets_of_other_captions_are_refused(folder: Path, tmp_path: Path) -> None:
    write_csv(tmp_path / "captions.csv", many_rows(200)[100:])
    config = captions_config(tmp_path, data={"targets": str(folder / "targets")})
    assert "has no target for 100 of 100 captions" in refusal(config, tmp_path / "run")


def test_targets_of_another_teacher_are_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "targets"
    shutil.copytree(folder / "targets", other)
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["plan"] |= {"teacher": "another", "teacher_fingerprint": "0" * 64}
    (other / "manifest.json").write_text(json.dumps(manifest))
    config = captions_config(folder, data={"targets": str(other)})
    assert "holds vectors of 'another'" in refusal(config, tmp_path / "run")


def test_pairs_are_chosen_among_those_that_have_targets(folder: Path, tmp_path: Path) -> None:
    table = open_captions(str(captions_config(folder).data.captions))
    encode_targets(table.captions(np.arange(30, 75)), "emoji-teacher", tmp_path / "targets")
    data = {"targets": str(tmp_path / "targets"), "pairs": 20}
    split = select_captions(captions_config(folder, data=data)).split
    assert (len(split.train), len(split.validation)) == (20, 24)
    assert {*split.rows.tolist()} <= {*range(30, 75)}
    whole = {**data, "targets": str(folder / "targets")}
    chosen = select_captions(captions_config(folder, data=whole, seed=3)).split
    np.testing.assert_array_equal(chosen.rows, table.select(20, validation_pairs=24, seed=0).rows)


def test_published_vectors_go_with_the_published_captions_only(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    write_hub_embeddings(tmp_path / "hub", {row: np.ones(512, np.float32) for row in range(90)})
    targets = "M-CLIP/ImageCaptions-7M-Embeddings:Vit-B-32"
    config = captions_config(folder, data={"targets": targets}, teacher="ViT-B-32/openai")
    assert "use those captions" in refusal(config, tmp_path / "run")


def test_a_student_of_another_dimension_is_refused(folder: Path, tmp_path: Path) -> None:
    student = write_student(tmp_path / "student")
    config = captions_config(
        folder, data={"targets": str(folder / "targets")}, student={"start_from": str(student)}
    )
    assert "gives vectors of 24 dimensions" in refusal(config, tmp_path / "run")


def test_a_backbone_without_tokenizer_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "backbone", tmp_path / "backbone")
    (tmp_path / "backbone" / "tokenizer.json").unlink()
    config = captions_config(folder, student={"backbone": str(tmp_path / "backbone")})
    message = refusal(config, tmp_path / "run", EncoderUnavailable)
    assert "holds no tokenizer.json or sentencepiece" in message


def test_a_damaged_backbone_fails_the_run_with_its_name(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "backbone", tmp_path / "backbone")
    weights = tmp_path / "backbone" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    student = {"backbone": str(tmp_path / "backbone"), "max_tokens": 40}
    config = captions_config(folder, student=student)
    with pytest.raises(TomclipError, match=r"model.safetensors cannot be read"):
        train(config, directory=tmp_path / "run")
    assert read_status(tmp_path / "run").state == "failed"


def test_a_stop_is_obeyed_while_targets_are_encoded(folder: Path, tmp_path: Path) -> None:
    write_csv(tmp_path / "captions.csv", many_rows(120))
    config = captions_config(tmp_path)
    result = train(config, directory=tmp_path / "run", should_stop=lambda: True)
    assert (result.state, result.step) == ("cancelled", 0)
    assert recorded(tmp_path / "run", "train") == []


def test_the_cached_targets_of_one_teacher_are_not_those_of_another_name(tmp_path: Path) -> None:
    teacher, same_files = write_teacher(tmp_path / "one"), tmp_path / "two"
    shutil.copytree(teacher, same_files)
    digests = np.arange(3, dtype=np.uint64)
    folders = {_cached_targets(str(name), digests) for name in (teacher, same_files)}
    assert encoder_fingerprint(str(teacher)) == encoder_fingerprint(str(same_files))
    assert len(folders) == 2
