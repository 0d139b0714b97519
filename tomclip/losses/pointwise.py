"""Point-wise losses: each student embedding against the teacher embedding of the same row.

`student` is (n, d) or (languages, n, d); `teacher` is the same, or (n, d) for all languages. The
result is a scalar, or (languages,).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F

from tomclip.core.errors import InputError
from tomclip.losses.distances import full_precision


def mse(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Returns the mean squared difference over all n * d entries, the published point-wise loss.

    Args:
        student: (..., n, d).
        teacher: (..., n, d).

    Returns:
        (...) >= 0, in squared embedding units.

    References:
        Reimers and Gurevych, "Making Monolingual Sentence Embeddings Multilingual", 2020, eq. 1.
    """
    gaps = squared_difference(full_precision(student), full_precision(teacher))
    return gaps.mean(dim=(-2, -1))


def cosine(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Returns the mean of 1 - cosine similarity over the n rows, (...) in [0, 2]."""
    similarity = F.cosine_similarity(full_precision(student), full_precision(teacher), dim=-1)
    return 1 - similarity.mean(dim=-1)


def contrastive(
    student: torch.Tensor, teacher: torch.Tensor, *, temperature: float = 0.07
) -> torch.Tensor:
    """Returns the symmetric InfoNCE loss: each row's positive is the other side's same row.

    The mean of the student -> teacher and the teacher -> student cross-entropy over cosine
    similarities. Rows with equal captions count as each other's negatives.

    Args:
        student: (..., n, d).
        teacher: (..., n, d).
        temperature: Divides the similarities; > 0.

    Returns:
        (...) >= 0 in nats; log(n) when all similarities are equal.

    Raises:
        InputError: when the temperature is not above 0.

    References:
        van den Oord, Li and Vinyals, "Representation Learning with Contrastive Predictive Coding",
        2018, eq. 4; Radford et al., "Learning Transferable Visual Models From Natural Language
        Supervision", 2021.
    """
    if not temperature > 0:
        raise InputError(f"temperature is {temperature}; use a number above 0")
    rows = [F.normalize(full_precision(side), dim=-1) for side in (student, teacher)]
    with torch.autocast(student.device.type, enabled=False):
        logits = rows[0] @ rows[1].mT / temperature
    positives = [logits.log_softmax(dim=dim).diagonal(dim1=-2, dim2=-1) for dim in (-1, -2)]
    return -(positives[0] + positives[1]).mean(dim=-1) / 2


def squared_difference(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """Returns (student - teacher)^2 entry by entry; one teacher serves all languages.

    A float32 and a float64 side meet in float64: the backward of older torch mixes no types.
    """
    common = torch.promote_types(student.dtype, teacher.dtype)
    student, teacher = student.to(common), teacher.to(common)
    return F.mse_loss(student, teacher.expand_as(student), reduction="none")


POINTWISE: Mapping[str, Callable[[torch.Tensor, torch.Tensor, float], torch.Tensor]] = {
    "mse": lambda student, teacher, temperature: mse(student, teacher),
    "cosine": lambda student, teacher, temperature: cosine(student, teacher),
    "contrastive": lambda student, teacher, temperature: contrastive(
        student, teacher, temperature=temperature
    ),
}
