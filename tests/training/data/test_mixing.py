"""English anchor and unpaired captions in the batches: rows, order, resume, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from support.tiny_training import captions_config, recorded, tiny_config, train_losses

from tomclip.config import TrainConfig, parse_config
from tomclip.config.loss import UNPAIRED_MATRICES
from tomclip.core.errors import ConfigError
from tomclip.core.files.cache import text_digests
from tomclip.data import load_emoji
from tomclip.data.captions.emoji import keyword_caption
from tomclip.data.held_out import held_out_rows
from tomclip.encoders import load_image_encoder
from tomclip.encoders.cache import cached_text_embeddings
from tomclip.encoders.student.encoder import token_ids
from tomclip.losses import alignment_loss
from tomclip.runs import read_events
from tomclip.runs.lone_captions import lone_captions_sentence
from tomclip.training import resume, train
from tomclip.training.data.batches import CaptionSampler
from tomclip.training.data.captions import select_captions
from tomclip.training.data.landmarks import landmark_vectors
from tomclip.training.data.loading import load_data
from tomclip.training.data.lone_captions import anchor_captions, unpaired_captions
from tomclip.training.data.mixing import MixedData, TextSampler
from tomclip.training.data.mixture import batch_rows, new_sampler, with_lone_captions
from tomclip.training.data.prefetch import BatchLoader
from tomclip.training.initial_student import build_student
from tomclip.training.objective import batch_terms

DATA = {"languages": ["en", "ko", "de"], "share": 0.2}
THINGS = "kiln loom quill gantry sextant anvil trellis lathe".split()
TEXTS = [f"a {colour} {thing}" for colour in ("mauve", "teal", "ochre") for thing in THINGS]
OTHERS = "Brennofen Webstuhl Federkiel Gerüst Sextant Amboss Spalier Drehbank".split()


def write_texts(path: Path, texts: Sequence[str]) -> str:
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(path)


def anchored(captions: str, data: dict[str, object] | None = None, **anchor: object) -> TrainConfig:
    given = {"captions": captions, **anchor}
    return tiny_config(data={**DATA, "english_anchor": given, **(data or {})})


def with_unpaired(captions: str, **unpaired: object) -> TrainConfig:
    return tiny_config(data={**DATA, "unpaired": {"captions": captions, **unpaired}})


def prepared(config: TrainConfig):
    _, tokenizer = build_student(config)
    pairs, validation = load_data(config, tokenizer, max_tokens=16)
    data = with_lone_captions(config, pairs, validation, tokenizer, max_tokens=16)
    rows = batch_rows(config, data)
    return data, rows, new_sampler(config, data, rows), tokenizer


def test_a_batch_is_its_pairs_then_the_anchor_then_unpaired_captions(tmp_path: Path) -> None:
    english = write_texts(tmp_path / "english.txt", TEXTS)
    other = write_texts(tmp_path / "other.txt", OTHERS)
    config = anchored(english, {"unpaired": {"captions": other, "rows": 4}}, rows=12, weight=0.5)
    data, rows, sampler, tokenizer = prepared(config)
    assert isinstance(data, MixedData)
    assert (rows.pairs, rows.anchor, rows.unpaired) == (32, 12, 4)
    assert rows.anchor_weight == 0.5
    plain = CaptionSampler(data.english, batch_size=32, seed=config.seed)
    loader = BatchLoader(data, sampler, device="cpu", part=slice(30, 47))
    for _ in range(5):
        chosen, (ids, mask, targets) = sampler.next_batch(), next(loader)
        np.testing.assert_array_equal(chosen[:32], plain.next_batch())
        first, second = data.starts
        lone = [TEXTS[row - first] for row in chosen[32:44]]
        lone += [OTHERS[row - second] for row in chosen[44:47]]
        tokens = token_ids(tokenizer, lone, max_tokens=16)
        read = [row[kept.bool()].tolist() for row, kept in zip(ids, mask, strict=True)]
        assert read[2:] == tokens
        assert len(read) == 17
        expected = cached_text_embeddings("emoji-teacher", lone[:12], normalise=False).vectors
        np.testing.assert_allclose(targets[32:].numpy(), expected, atol=1e-5)
        assert targets.shape == (44, expected.shape[1])


def test_a_part_of_anchor_rows_alone_has_no_pair(tmp_path: Path) -> None:
    data, rows, sampler, _ = prepared(anchored(write_texts(tmp_path / "a.txt", TEXTS), rows=8))
    chosen = sampler.next_batch()
    whole, part = data.batch(chosen), data.batch(chosen, part=slice(34, 40))
    assert len(part[0]) == 6
    assert [int(mask.sum()) for mask in part[1]] == [int(mask.sum()) for mask in whole[1][34:40]]
    torch.testing.assert_close(part[2], whole[2])
    assert rows.total == len(chosen) == 40


def test_without_an_anchor_batches_are_as_ever() -> None:
    data, rows, sampler, _ = prepared(tiny_config())
    plain = CaptionSampler(data.english, batch_size=32, seed=0)
    assert isinstance(sampler, CaptionSampler)
    assert rows.total == 32
    np.testing.assert_array_equal(sampler.next_batch(), plain.next_batch())


def test_the_emoji_anchor_is_every_training_caption_and_no_other() -> None:
    dataset, found = load_emoji(), anchor_captions(anchored("emoji"))
    assert found is not None
    english = np.asarray(dataset.names["en"])
    names = {split: set(english[rows]) for split, rows in dataset.splits.items()}
    assert names["train"] <= set(found.texts)
    assert not set(found.texts) & (names["validation"] | names["unseen"])


def test_an_anchor_caption_that_a_pair_of_the_batch_has_is_passed_over() -> None:
    data, rows, sampler, _ = prepared(anchored("emoji", {"share": 0.5}, rows=64))
    assert isinstance(data, MixedData)
    assert data.anchor is not None
    english = text_digests(map(str, data.english))
    texts = data.anchor.digests
    for _ in range(30):
        chosen = sampler.next_batch()
        met = np.concatenate([english[chosen[:32]], texts[chosen[32:] - data.starts[0]]])
        assert len(np.unique(met)) == rows.total == 96


def test_every_text_is_drawn_once_an_epoch_and_a_restored_sampler_goes_on() -> None:
    digests = np.arange(20, dtype=np.uint64)
    sampler, none = TextSampler(digests, count=5, seed=1), digests[:0]
    epoch = np.concatenate([sampler.next_rows(none) for _ in range(4)])
    assert sorted(epoch) == list(range(20))
    sampler.next_rows(digests[3:6])
    state, twin = sampler.state(), sampler.twin()
    expected = [sampler.next_rows(none).tolist() for _ in range(9)]
    other = TextSampler(digests, count=5, seed=7)
    other.restore(state)
    assert [other.next_rows(none).tolist() for _ in range(9)] == expected
    assert [twin.next_rows(none).tolist() for _ in range(9)] == expected
    assert sampler.next_rows(digests[:15]).tolist() != []


def test_a_stopped_run_with_an_anchor_goes_on_to_the_last_digit(tmp_path: Path) -> None:
    texts = write_texts(tmp_path / "a.txt", [*TEXTS, "a smiling face", "", TEXTS[0]])
    others = write_texts(tmp_path / "others.txt", OTHERS)
    config = anchored(texts, {"unpaired": {"captions": others, "rows": 4}}, rows=10, structure=True)
    train(config, directory=tmp_path / "whole")
    seen: list[str] = []
    train(
        config,
        directory=tmp_path / "parts",
        on_event=lambda event: seen.append(event.split),
        should_stop=lambda: seen.count("train") == 4,
    )
    assert resume(tmp_path / "parts").state == "finished"
    assert train_losses(tmp_path / "parts") == train_losses(tmp_path / "whole")
    assert len(train_losses(tmp_path / "whole")) == 6
    (given,) = recorded(tmp_path / "whole", "sources")
    assert given.values["anchor_texts"] == len(TEXTS)
    for reason in ("blank", "repeated", "held_out"):
        assert given.values[f"anchor_{reason}_left_out"] == 1
    assert given.values["unpaired_texts"] == 8
    assert "held out" in lone_captions_sentence(read_events(tmp_path / "whole"))
    first = recorded(tmp_path / "whole", "train")[0].values
    assert first["pointwise_anchor"] > 0


def test_texts_with_a_held_out_name_are_left_out_in_every_form(tmp_path: Path) -> None:
    dataset = load_emoji()
    held_out = [row for split in ("validation", "unseen") for row in dataset.splits[split]]
    names = [dataset.names["en"][row] for row in held_out]
    texts = [*names, *(f"An old {name.upper()}" for name in names)]
    texts += [name.replace(" ", "-") for name in names]
    texts += [keyword_caption(dataset.keywords["en"][row]) for row in held_out]
    config = anchored(write_texts(tmp_path / "a.txt", [*texts, *TEXTS]))
    found = anchor_captions(config)
    assert found is not None
    assert set(found.texts) == set(TEXTS)
    assert found.left_out["held_out"] == len(set(texts))


def test_unpaired_texts_with_a_held_out_name_in_their_language_are_left_out(tmp_path: Path) -> None:
    dataset, row = load_emoji(), int(load_emoji().splits["unseen"][0])
    lines = [f"{code},{dataset.names[code][row]}" for code in ("ko", "de", "fr")]
    lines += ["ko,낡은 여행 가방", "fr,une vieille malle", "de,ein alter Koffer"]
    path = tmp_path / "a.csv"
    path.write_text("language,text\n" + "\n".join(lines), encoding="utf-8")
    found = unpaired_captions(with_unpaired(str(path)))
    assert found is not None
    assert found.texts == ("낡은 여행 가방", "ein alter Koffer")
    assert found.left_out == {"held_out": 2, "other_languages": 2}


def test_captions_that_validate_are_left_out_of_the_anchor(tmp_path: Path) -> None:
    config = captions_config(tmp_path)
    selection = select_captions(config)
    held_out = selection.table.english(selection.split.validation)
    file = write_texts(tmp_path / "a.txt", [*held_out, *TEXTS])
    config = captions_config(tmp_path, data={"english_anchor": {"captions": file}})
    found = anchor_captions(config, selection.table.digests(selection.split.validation))
    assert found is not None
    assert set(found.texts) == set(TEXTS)
    assert found.left_out == {"held_out": len(held_out)}
    assert train(config, directory=tmp_path / "run").state == "finished"
    (given,) = recorded(tmp_path / "run", "sources")
    assert given.values["anchor_held_out_left_out"] == len(held_out)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "a.txt holds no caption that may be used .empty."),
        (["", " "], "may be used .2 blank."),
        (["a smiling face"], "may be used .1 held out.; name a file of other captions"),
        (TEXTS[:3], "rows is left out, but 3 captions are there .*at least 4"),
    ],
)
def test_an_anchor_without_captions_is_refused(
    lines: list[str], message: str, tmp_path: Path
) -> None:
    config = anchored(write_texts(tmp_path / "a.txt", lines))
    with pytest.raises(ConfigError, match=message):
        train(config, directory=tmp_path / "run")


def test_a_missing_anchor_and_too_many_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"data.english_anchor.captions: nowhere.txt cannot be"):
        train(anchored("nowhere.txt"), directory=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    file = write_texts(tmp_path / "a.txt", TEXTS)
    with pytest.raises(ConfigError, match=r"anchor\.rows is 25, but 24 captions are there"):
        train(anchored(file, rows=25), directory=tmp_path / "run")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"data": {"english_anchor": {"captions": "emoji", "weight": 0}}}, "weight: use a number"),
        (
            {
                "data": {"english_anchor": {"captions": "emoji"}},
                "loss": {"pointwise_weight": 0, "h0_weight": 1},
            },
            "anchor joins the point-wise loss, whose weight is 0",
        ),
        ({"data": {"unpaired": {"captions": "a.txt"}}}, "joins H0 and H1 alone, whose weights"),
        (
            {
                "data": {"unpaired": {"captions": "a.txt"}},
                "loss": {"recipe": "edges", "h0_weight": 1},
            },
            "recipe 'edges' compares pairs of rows",
        ),
        (
            {
                "data": {"unpaired": {"captions": "a.txt"}},
                "loss": {"recipe": "divergence", "h0_weight": 1},
            },
            "recipe 'divergence' compares pairs of rows",
        ),
        (
            {
                "data": {"unpaired": {"captions": "a.txt"}},
                "loss": {"recipe": "cross", "distance_matrix_weight": 1},
            },
            "joins H0 and H1 alone, whose weights",
        ),
    ],
)
def test_settings_that_contradict_are_one_sentence(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_config(values)


@pytest.mark.parametrize("recipe", UNPAIRED_MATRICES)
def test_captions_without_a_pair_may_join_a_matrix_term_without_pairs(recipe: str) -> None:
    values = {
        "data": {"unpaired": {"captions": "a.txt"}},
        "loss": {"recipe": recipe, "distance_matrix_weight": 1},
    }
    assert parse_config(values).loss.recipe == recipe


def test_a_file_may_say_that_there_is_no_anchor() -> None:
    values = {"data": {"english_anchor": None, "unpaired": None}}
    assert parse_config(values) == parse_config({})


def test_unpaired_emoji_are_the_training_concepts_captions_in_the_run_s_other_languages() -> None:
    config = tiny_config(
        data={**DATA, "languages": ["en", "ko", "fr"], "unpaired": {"captions": "emoji"}}
    )
    found = unpaired_captions(config)
    assert found is not None
    dataset = load_emoji()
    for code in ("ko", "fr"):
        names = {dataset.names[code][row] for row in dataset.splits["train"]}
        assert names <= set(found.texts)
    assert not {dataset.names["ko"][row] for row in held_out_rows(dataset)} & set(found.texts)
    assert not {dataset.names["ja"][row] for row in dataset.splits["train"]} <= set(found.texts)


@pytest.mark.slow
def test_landmarks_are_the_teacher_s_vectors_of_training_pictures_alone() -> None:
    assert landmark_vectors(tiny_config(data=DATA)) is None
    loss = {"recipe": "landmarks", "landmarks": "emoji"}
    config = tiny_config(data={**DATA, "fold": 1}, loss=loss)
    found, dataset = landmark_vectors(config), load_emoji(fold=1)
    assert found is not None
    rows = dataset.splits["train"]
    renderings = [name for name in dataset.renderings if name != dataset.held_out_rendering]
    assert found.shape == (len(rows), load_image_encoder(config.teacher).dimension)
    teacher = load_image_encoder(config.teacher)
    pictures = np.stack([dataset.rendering(name)[rows[3]] for name in renderings])
    expected = teacher.embed_images(pictures).vectors.sum(axis=0)
    expected = torch.from_numpy(expected / np.linalg.norm(expected))
    torch.testing.assert_close(found[3], expected, atol=1e-5, rtol=0)


def test_landmarks_reach_the_objective() -> None:
    loss = {"recipe": "landmarks", "distance_matrix_weight": 1.0}
    config = tiny_config(data=DATA, loss={**loss, "landmarks": "emoji"})
    _, tokenizer = build_student(config)
    pairs, _ = load_data(config, tokenizer, max_tokens=16)
    student, teacher, landmarks = (torch.randn(32, 8) for _ in range(3))
    rows = batch_rows(config, pairs, landmarks)
    terms = batch_terms(student, teacher, config.loss, rows)
    expected = alignment_loss(student, teacher, landmarks=landmarks, **loss)
    torch.testing.assert_close(terms.distance_matrix, expected.distance_matrix)
    with pytest.raises(ConfigError, match="which the recipe 'exact' does not read"):
        tiny_config(data=DATA, loss={"landmarks": "emoji"})
