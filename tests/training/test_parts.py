"""Sampling, early stopping, schedule and validation by hand-made numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tomclip.config import OptimiserConfig, parse_config
from tomclip.core.errors import ConfigError, RunError
from tomclip.training.checkpoint import SavePace, load_training_state, point_to, remove_unreferenced
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.early_stopping import EarlyStopping
from tomclip.training.optimisation import learning_rate_factor
from tomclip.training.validation import true_ranks

ENGLISH = ["cat", "dog", "sun", "sea"] * 3


def test_a_batch_never_holds_one_caption_twice():
    sampler = CaptionSampler(ENGLISH, batch_size=3, seed=0)
    for _ in range(20):
        captions = [ENGLISH[row] for row in sampler.next_batch()]
        assert len(set(captions)) == 3


def test_every_translation_is_drawn_in_time():
    sampler = CaptionSampler(ENGLISH, batch_size=4, seed=0)
    rows = {int(row) for _ in range(60) for row in sampler.next_batch()}
    assert rows == set(range(len(ENGLISH)))


def test_a_restored_sampler_gives_the_next_batches():
    sampler = CaptionSampler(ENGLISH, batch_size=3, seed=5)
    sampler.next_batch()
    state = sampler.state()
    expected = [sampler.next_batch().tolist() for _ in range(5)]
    other = CaptionSampler(ENGLISH, batch_size=3, seed=99)
    other.restore(state)
    assert [other.next_batch().tolist() for _ in range(5)] == expected


def test_too_few_captions_are_refused():
    with pytest.raises(ConfigError, match="only 4 different captions"):
        CaptionSampler(ENGLISH, batch_size=5, seed=0)


def test_early_stopping_counts_validations_without_a_new_best():
    stopping = EarlyStopping(patience=2)
    assert stopping.update(0.5, 10)
    assert not stopping.update(0.5, 20)
    assert not stopping.exhausted
    assert not stopping.update(float("nan"), 30)
    assert stopping.exhausted
    assert (stopping.best_score, stopping.best_step) == (0.5, 10)


@pytest.mark.parametrize(
    ("schedule", "step", "factor"),
    [
        ("cosine", 0, 0.1),
        ("cosine", 9, 1.0),
        ("cosine", 60, 0.5),
        ("cosine", 110, 0.0),
        ("linear", 60, 0.5),
        ("constant", 109, 1.0),
    ],
)
def test_the_learning_rate_warms_up_and_decays(schedule, step, factor):
    config = OptimiserConfig(steps=110, warmup_steps=10, schedule=schedule)
    assert learning_rate_factor(step, config) == pytest.approx(factor)


def test_ranks_by_hand_with_ties_counted_against():
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]])
    vectors = torch.tensor([[1.0, 0.1], [0.1, 1.0]])
    ranks = true_ranks(vectors, targets, np.array([0, 1]))
    assert ranks.tolist() == [2, 1]


def test_only_linked_checkpoints_are_kept(tmp_path):
    for step in (1, 2, 3):
        (tmp_path / f"step_{step}").mkdir()
    point_to(tmp_path / "latest", tmp_path / "step_3")
    point_to(tmp_path / "best", tmp_path / "step_1")
    remove_unreferenced(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("step_*")) == ["step_1", "step_3"]


def test_a_damaged_training_state_is_one_sentence(tmp_path):
    with pytest.raises(RunError, match="is missing"):
        load_training_state(tmp_path)
    (tmp_path / "training_state.pt").write_bytes(b"half a file")
    with pytest.raises(RunError, match="is damaged") as refused:
        load_training_state(tmp_path)
    assert "\n" not in str(refused.value)


def test_embedding_by_length_changes_nothing():
    from tomclip.encoders.student.encoder import pad_batch
    from tomclip.training.hardware.gradient_cache import embed_by_length
    from tomclip.training.initial_student import build_student

    torch.manual_seed(0)
    model, _ = build_student(parse_config({"student": {"hidden_size": 32, "heads": 2}}))
    ids, mask = pad_batch([[0, 5, 6, 2], [0, 2], [0, 7, 8, 9, 10, 2], [0, 5, 2], [0, 11, 2]], 1)
    expected = model.eval()(ids, mask)
    torch.testing.assert_close(embed_by_length(model, ids, mask, groups=3), expected)


def test_a_slow_checkpoint_that_is_no_best_waits(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("tomclip.training.checkpoint.time.monotonic", lambda: clock[0])
    pace = SavePace()
    for seconds, waits in ((1.0, 0.0), (8.0, 80.0)):
        with pace.timed():
            clock[0] += seconds
        assert pace.is_due() == (waits == 0)
        clock[0] += waits
        assert pace.is_due()


def test_a_sampler_of_two_million_pairs_is_arrays_and_a_small_state():
    digests = np.random.default_rng(0).integers(0, 2**63, 700_000).repeat(3).astype(np.uint64)
    sampler = CaptionSampler(digests, batch_size=256, seed=0)
    batches = [sampler.next_batch() for _ in range(3)]
    assert all(len(np.unique(digests[rows])) == 256 for rows in batches)
    state = sampler.state()
    assert sum(value.nbytes for value in state.values() if isinstance(value, torch.Tensor)) < 20_000
    twin = sampler.twin()
    assert [twin.next_batch().tolist() for _ in range(2)] == [
        sampler.next_batch().tolist() for _ in range(2)
    ]
