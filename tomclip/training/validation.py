"""How good a student is, in numbers that mean the same under every loss."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import cosine_similarity, mse_loss, normalize

from tomclip.core.scores import MEAN
from tomclip.encoders.student.encoder import StudentModel
from tomclip.training.data.loading import TrainingData

CRITERION = "mean_reciprocal_rank"


@torch.inference_mode()
def validate(
    model: StudentModel, data: TrainingData, *, device: str
) -> dict[str, dict[str, float]]:
    """Returns the stopping criterion and what explains it, by language, on the validation captions.

    `mean_reciprocal_rank` is 1 / rank of the right English caption's teacher vector by cosine among
    all validation captions: higher is better, at most 1. It stands under the code of each language,
    and under "mean" averaged over all captions; so do `pointwise_mse` and `cosine`, which compare a
    student vector with its target, over all captions alone.
    """
    training = model.training
    model.eval()
    vectors = embed_pairs(model, data, device=device)
    model.train(training)
    targets = data.targets[torch.tensor(data.target_rows)]
    reciprocal = 1.0 / true_ranks(vectors, data.targets, data.target_rows)
    languages = np.asarray(data.pairs.languages)
    return {
        CRITERION: {
            MEAN: float(reciprocal.mean()),
            **{
                code: float(reciprocal[languages == code].mean())
                for code in dict.fromkeys(data.pairs.languages)
            },
        },
        "pointwise_mse": {MEAN: float(mse_loss(vectors, targets))},
        "cosine": {MEAN: float(cosine_similarity(vectors, targets).mean())},
    }


def embed_pairs(
    model: StudentModel,
    data: TrainingData,
    *,
    device: str,
    batch_size: int = 512,
) -> torch.Tensor:
    """Returns (n, dimension) student vectors of every pair, on the CPU, in fp32."""
    order = np.argsort([len(row) for row in data.tokens], kind="stable")
    vectors = torch.empty(len(order), data.targets.shape[1])
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        inputs, mask = model.entered(*data.batch(rows)[:2])
        vectors[rows] = model(inputs.to(device), mask.to(device)).float().cpu()
    return vectors


def true_ranks(vectors: torch.Tensor, targets: torch.Tensor, rows: np.ndarray) -> np.ndarray:
    """Returns each vector's 1-based rank of target `rows[i]` by cosine; ties count against it."""
    similarity = normalize(vectors, dim=-1) @ normalize(targets, dim=-1).T
    right = similarity[torch.arange(len(vectors)), torch.tensor(rows)]
    return (similarity >= right.unsqueeze(1)).sum(dim=1).numpy()
