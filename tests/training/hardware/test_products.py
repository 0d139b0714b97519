"""oneDNN's products are those of torch, and only trained layers of a prior take them."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch
from support.tiny_training import tiny_config
from torch import nn

from tomclip.config import parse_config
from tomclip.encoders.student.encoder import StudentModel
from tomclip.encoders.student.settings import Prior
from tomclip.encoders.student.trainable import make_trainable
from tomclip.training.hardware import products
from tomclip.training.hardware.products import use_onednn
from tomclip.training.initial_student import build_student

pytestmark = pytest.mark.skipif(not products.is_available(), reason="no 512-bit products here")


def student(trainable: str = "all", *, prior: bool = True) -> StudentModel:
    """A student of two layers, 64 wide; with a prior that trains the part named."""
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "layers": 2, "heads": 4, "intermediate_size": 128}
    model, _ = build_student(tiny_config(student=shape))
    if prior:
        model.settings = replace(model.settings, prior=Prior("prior", "0" * 64))
        config = parse_config({"student": {"start_from": "prior", "trainable": trainable}})
        make_trainable(model, config.student)
    return model.eval()


def taken(model: StudentModel) -> set[str]:
    return {name for name, part in model.named_modules() if isinstance(part, products._Linear)}


def gradients(model: StudentModel, *, bf16: bool = False) -> dict[str, torch.Tensor]:
    """Vectors of three texts, and every gradient of their squared sum."""
    ids = torch.tensor([[0, 7, 8, 2], [0, 9, 2, 1], [0, 11, 12, 2]])
    mask = (ids != 1).long()
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        vectors = model(ids, mask)
    vectors.float().square().sum().backward()
    named = model.named_parameters()
    return {"vectors": vectors.detach()} | {n: p.grad for n, p in named if p.grad is not None}


@pytest.mark.parametrize("trainable", ["all", "top:1", "lora"])
def test_vectors_and_gradients_are_those_of_torch_s_own_products(trainable: str) -> None:
    model = student(trainable)
    other = copy.deepcopy(model)
    assert use_onednn(other) == len(taken(other)) > 0
    expected, found = gradients(model), gradients(other)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-4, atol=1e-4, msg=name)


def test_a_student_from_nothing_keeps_its_products() -> None:
    model = student(prior=False)
    before = gradients(copy.deepcopy(model))
    assert use_onednn(model) == 0
    after = gradients(model)
    assert all(torch.equal(value, after[name]) for name, value in before.items())


def test_frozen_layers_keep_theirs() -> None:
    model = student("top:1")
    use_onednn(model)
    names = taken(model)
    assert names
    assert all(name.startswith("backbone.encoder.layer.1.") for name in names)


def test_a_head_alone_changes_no_layer() -> None:
    assert use_onednn(student("head")) == 0


def test_bfloat16_is_left_to_torch() -> None:
    model = student()
    other = copy.deepcopy(model)
    use_onednn(other)
    expected, found = gradients(model, bf16=True), gradients(other, bf16=True)
    assert all(torch.equal(value, found[name]) for name, value in expected.items())


def test_without_512_bits_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    assert use_onednn(student()) == 0


def test_a_layer_computes_rows_of_any_shape() -> None:
    layer = nn.Linear(64, 96)
    states = torch.randn(3, 5, 64)
    expected = layer(states)
    layer.__class__ = products._Linear
    torch.testing.assert_close(layer(states), expected, rtol=1e-5, atol=1e-5)
