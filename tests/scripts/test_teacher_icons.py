"""Icons that join the teacher's batches, sets of drawings, and depthwise convolutions."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from teacher.icons import IconLesson, Icons
from teacher.model import keep_depthwise_whole
from teacher.pictures import SETS, training_pictures

from tomclip.data import load_emoji


def write_icons(directory: Path, names: list[str]) -> Path:
    pictures = np.zeros((3, 64, 64, 4), dtype=np.uint8)
    pictures[:, 16:48, 16:48, 3] = 255
    np.save(directory / "icons.npy", pictures)
    rows = [f"set,icon-{place},{name}" for place, name in enumerate(names)]
    (directory / "icons.csv").write_text("\n".join(["set,icon,name", *rows]) + "\n")
    return directory


def test_icons_of_one_name_are_of_one_kind(tmp_path: Path):
    icons = Icons.read(write_icons(tmp_path, ["kite", "well", "kite"]))
    assert icons.names == ["kite", "well"]
    assert icons.kinds.tolist() == [0, 1, 0]


def test_names_without_pictures_are_refused(tmp_path: Path):
    write_icons(tmp_path, ["kite", "well"])
    with pytest.raises(SystemExit, match="3 pictures and 2 names"):
        Icons.read(tmp_path)


def test_a_batch_of_icons_is_half_as_large_and_repeats_with_its_seed(tmp_path: Path):
    icons = Icons.read(write_icons(tmp_path, ["kite", "well", "kite"]))
    batches = [
        IconLesson(icons, torch.eye(2, 4), batch_size=4, seed=3).batch(side=32) for _ in range(2)
    ]
    pictures, kinds = batches[0]
    assert pictures.shape == (2, 3, 32, 32)
    assert kinds.shape == (2,)
    torch.testing.assert_close(pictures, batches[1][0])


def test_a_name_that_is_nearly_the_same_is_no_wrong_answer(tmp_path: Path):
    icons = Icons.read(write_icons(tmp_path, ["kite", "kites", "well"]))
    kite, well = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    images, kinds, scale = kite[None], torch.tensor([0]), torch.tensor(10.0)
    alike = IconLesson(icons, torch.stack([kite, kite, well]), batch_size=4, seed=0)
    unlike = IconLesson(icons, torch.stack([kite, well, well]), batch_size=4, seed=0)
    assert alike.loss(images, kinds, scale, 0.0) < 1e-3
    torch.testing.assert_close(
        unlike.loss(images, kinds, scale, 0.0), torch.tensor(1 + 2 * np.exp(-10.0)).log().float()
    )


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
