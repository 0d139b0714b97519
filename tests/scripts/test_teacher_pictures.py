"""The sets of drawings that a teacher trains on, and its depthwise convolutions."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from teacher.model import keep_depthwise_whole
from teacher.pictures import SETS, training_pictures

from tomclip.data import load_emoji


def test_few_sets_of_drawings_are_the_shipped_ones(tmp_path: Path):
    dataset = load_emoji()
    rows = np.array([0, 5, 9])
    pictures, shares = training_pictures(dataset, rows, tmp_path, sets=2)
    assert SETS == 11
    assert pictures.shape == (2, 3, 4, 64, 64)
    assert shares.tolist() == [[1.0] * 3] * 2
    np.testing.assert_array_equal(
        pictures[1].permute(0, 2, 3, 1), dataset.rendering("fluent")[rows]
    )


def test_depthwise_convolutions_stay_out_of_autocast():
    network = torch.nn.Sequential(
        torch.nn.Conv2d(4, 4, 1), torch.nn.Conv2d(4, 4, 3, groups=4), torch.nn.Conv2d(4, 2, 1)
    )
    whole = copy.deepcopy(network)
    keep_depthwise_whole(whole)
    kinds: list[torch.dtype] = []
    whole[1].register_forward_hook(lambda module, given, result: kinds.append(result.dtype))
    pictures = torch.randn(2, 4, 8, 8)
    with torch.autocast("cpu", torch.bfloat16):
        assert whole(pictures).dtype == torch.bfloat16
    assert kinds == [torch.float32]
    torch.testing.assert_close(whole(pictures), network(pictures))
