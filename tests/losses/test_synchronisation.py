"""On a GPU the host does not wait for values in the loss, and the step fits in a CUDA graph.

Without a GPU two proofs: tensors that claim to be on one and hold no values, where every attempt to
read a value raises; and a watch over the operations of forward and backward on the device's path.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from support.host_waits import HostWaits
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensorMode,
)

from tomclip.losses import alignment_loss

NO_H1 = {"distance_matrix_weight": 1.0, "h0_weight": 1.0, "check_values": False}
H0_ONLY = {"pointwise_weight": 0.0, "h0_weight": 1.0, "check_values": False}
CASES = [
    {"recipe": recipe, "metric": metric, "pointwise": pointwise, **NO_H1}
    for recipe in (
        "exact",
        "edges",
        "relative",
        "neighbours",
        "divergence",
        "cross",
        "moments",
    )
    for metric, pointwise in (("euclidean", "mse"), ("cosine", "cosine"), ("cosine", "contrastive"))
]
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def sides(*student: int, device: str, teacher_rows: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    rows = teacher_rows or student[-2]
    vectors = (
        torch.randn(*student, generator=generator),
        torch.randn(rows, student[-1], generator=generator),
    )
    return vectors[0].to(device).requires_grad_(), vectors[1].to(device)


@pytest.fixture
def device_path(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("distances", "device_tree"):
        monkeypatch.setattr(f"tomclip.losses.{module}.on_host", lambda values: False)


@pytest.fixture
def no_values() -> Iterator[None]:
    with FakeTensorMode():
        yield


@pytest.mark.usefixtures("no_values")
@pytest.mark.parametrize("shape", [(20, 8), (3, 20, 8)])
@pytest.mark.parametrize("options", CASES)
def test_the_loss_of_cuda_tensors_reads_no_value(options: dict, shape: tuple[int, ...]) -> None:
    student = torch.empty(shape, device="cuda", requires_grad=True)
    with HostWaits("cuda"):
        total = alignment_loss(student, torch.empty(shape[-2:], device="cuda"), **options).total
    assert total.device.type == "cuda"
    assert total.shape == shape[:-2]


@pytest.mark.usefixtures("no_values")
def test_exact_h0_of_unequal_batches_reads_no_value() -> None:
    student, teacher = (torch.empty(n, 8, device="cuda") for n in (20, 13))
    assert alignment_loss(student, teacher, **H0_ONLY).total.device.type == "cuda"


@pytest.mark.usefixtures("no_values")
@pytest.mark.parametrize("options", [{"check_values": True}, {"recipe": "paper"}])
def test_the_check_of_values_and_the_published_recipe_do_read_values(options: dict) -> None:
    student = torch.empty(20, 8, device="cuda")
    with pytest.raises((DataDependentOutputException, DynamicOutputShapeException)):
        alignment_loss(student, student, **(H0_ONLY | options))


@pytest.mark.usefixtures("device_path")
@pytest.mark.parametrize("shape", [(20, 8), (3, 20, 8)])
@pytest.mark.parametrize("options", CASES)
def test_forward_and_backward_wait_for_no_value(options: dict, shape: tuple[int, ...]) -> None:
    student, teacher = sides(*shape, device="cpu")
    with HostWaits("cpu"):
        alignment_loss(student, teacher, **options).total.sum().backward()
    assert student.grad is not None
    assert student.grad.any()


@pytest.mark.usefixtures("device_path")
def test_forward_and_backward_of_unequal_batches_wait_for_no_value() -> None:
    student, teacher = sides(20, 8, device="cpu", teacher_rows=13)
    with HostWaits("cpu"):
        alignment_loss(student, teacher, **H0_ONLY).total.backward()
    assert student.grad is not None


def test_the_watch_sees_a_check_of_values() -> None:
    with HostWaits("cpu"), pytest.raises(AssertionError, match="_local_scalar_dense waits"):
        alignment_loss(*sides(20, 8, device="cpu"))


@pytest.mark.parametrize("shape", [(40, 8), (3, 40, 8)])
@pytest.mark.parametrize("options", [*CASES, {"recipe": "paper", **NO_H1}])
def test_the_device_path_gives_the_loss_and_gradient_of_the_cpu_path(
    options: dict, shape: tuple[int, ...], request: pytest.FixtureRequest
) -> None:
    results = []
    for fixture in (None, "device_path"):
        if fixture:
            request.getfixturevalue(fixture)
        student, teacher = sides(*shape, device="cpu")
        total = alignment_loss(student, teacher, **options).total
        results.append((total, *torch.autograd.grad(total.sum(), student)))
    for host, device in zip(*results, strict=True):
        torch.testing.assert_close(device, host, rtol=1e-4, atol=1e-6)


def test_unchecked_nan_makes_the_loss_nan() -> None:
    student, teacher = sides(20, 8, device="cpu")
    student = student.detach()
    student[3, 1] = torch.nan
    terms = alignment_loss(student, teacher, **NO_H1)
    assert all(value.isnan() for value in terms.as_dict().values())


@pytest.mark.usefixtures("device_path")
def test_unchecked_nan_makes_the_loss_nan_on_the_device_path() -> None:
    test_unchecked_nan_makes_the_loss_nan()


@needs_cuda
@pytest.mark.parametrize("shape", [(64, 16), (3, 64, 16)])
@pytest.mark.parametrize("options", CASES)
def test_a_cuda_step_runs_where_waiting_is_an_error(options: dict, shape: tuple[int, ...]) -> None:
    student, teacher = sides(*shape, device="cuda")
    torch.cuda.set_sync_debug_mode("error")
    try:
        total = alignment_loss(student, teacher, **options).total
        total.sum().backward()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    expected = alignment_loss(student.detach().cpu(), teacher.cpu(), **options).total
    torch.testing.assert_close(total.detach().cpu(), expected, rtol=1e-4, atol=1e-6)


@needs_cuda
@pytest.mark.parametrize("options", CASES)
def test_a_cuda_graph_of_the_step_follows_its_input(options: dict) -> None:
    student, teacher = sides(64, 16, device="cuda")

    def step() -> tuple[torch.Tensor, torch.Tensor]:
        total = alignment_loss(student, teacher, **options).total
        return total, torch.autograd.grad(total, student)[0]

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = step()
    with torch.no_grad():
        student.mul_(1.5).add_(0.1)
    graph.replay()
    for replayed, expected in zip(captured, step(), strict=True):
        torch.testing.assert_close(replayed, expected)
