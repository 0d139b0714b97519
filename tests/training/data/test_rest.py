"""The English captions that the pairs leave: which they are, their vectors, runs with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.tiny_captions import (
    many_rows,
    write_csv,
    write_hub_embeddings,
    write_hub_translations,
)
from support.tiny_training import captions_config, recorded, train_losses, write_backbone

from tomclip.config import DataConfig, TrainConfig, parse_config
from tomclip.core.errors import ConfigError
from tomclip.core.files.cache import text_digests
from tomclip.data.captions.table import open_captions
from tomclip.encoders.cache import cached_text_embeddings
from tomclip.runs import read_events
from tomclip.runs.lone_captions import lone_captions_sentence
from tomclip.targets.encoding import encode_targets
from tomclip.targets.selection import english_of_the_rest, select_pairs
from tomclip.training import resume, train
from tomclip.training.data.captions import select_captions
from tomclip.training.data.loading import load_data
from tomclip.training.data.lone_captions import anchor_captions
from tomclip.training.data.mixing import MixedData
from tomclip.training.data.mixture import batch_rows, new_sampler, with_lone_captions
from tomclip.training.initial_student import build_student

REST = {"captions": "rest", "rows": 8}


def anchored(folder: Path, data: dict[str, object] | None = None, **changes: object) -> TrainConfig:
    """Returns a run on 30 of 90 pairs, 24 more validating, beside captions of the other 36."""
    few: dict[str, object] = {"pairs": 30, "english_anchor": REST, **(data or {})}
    return captions_config(folder, data=few, **changes)


def selected(file: Path, **data: Any):
    """Returns the pairs of a file, and the English captions that they leave."""
    settings = DataConfig(source="captions", captions=str(file), **data)
    selection = select_pairs(settings, "emoji-teacher")
    return selection, english_of_the_rest(selection)


def prepared(config: TrainConfig):
    _, tokenizer = build_student(config)
    pairs, validation = load_data(config, tokenizer, max_tokens=16)
    data = with_lone_captions(config, pairs, validation, tokenizer, max_tokens=16)
    assert isinstance(data, MixedData)
    assert data.anchor is not None
    return data, new_sampler(config, data, batch_rows(config, data))


def test_pairs_validation_and_rest_share_no_caption_and_are_the_whole_table(
    tmp_path: Path,
) -> None:
    rows = many_rows(60)
    again = [{**row, "multi_language_code": "fr"} for row in rows[::2]]
    file = write_csv(tmp_path / "captions.csv", [*rows, *again])
    selection, rest = selected(file, pairs=11, validation_pairs=9)
    parts = [
        set(selection.table.english(selection.split.train)),
        set(selection.table.english(selection.split.validation)),
        set(rest.captions),
    ]
    assert len(rest.captions) == len(parts[2])
    assert sum(map(len, parts)) == len(set.union(*parts)) == 60
    assert rest.left_out == {"held_out": len(parts[1]), "in_pairs": len(parts[0])}
    np.testing.assert_array_equal(rest.digests, text_digests(rest.captions))


def test_the_rest_is_of_every_language_and_in_the_order_of_the_table(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "captions.csv", many_rows(60))
    _, rest = selected(file, pairs=5, validation_pairs=5, languages=("ko",))
    assert len(rest.rows) == 50
    assert (np.diff(rest.rows) > 0).all()
    assert set(rest.selection.table.languages(rest.rows)) == {"ko", "de"}
    np.testing.assert_array_equal(
        rest.rows, selected(file, pairs=5, validation_pairs=5, languages=("ko",))[1].rows
    )


def test_captions_without_a_vector_are_left_out_and_counted(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "captions.csv", many_rows(60))
    table = open_captions(file)
    encode_targets(table.captions(np.arange(40)), "emoji-teacher", tmp_path / "targets")
    sizes = {"pairs": 10, "validation_pairs": 8, "targets": str(tmp_path / "targets")}
    selection, rest = selected(file, **sizes)
    assert len(rest.rows) == 40 - 10 - 8
    assert rest.rows.max() < 40
    assert rest.left_out == {"held_out": 8, "in_pairs": 10, "without_a_vector": 20}
    assert selection.split.rows.max() < 40


def test_published_vectors_know_the_rest_by_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    write_hub_translations(tmp_path, many_rows(40))
    vectors = {row: np.full(512, row, dtype=np.float32) for row in range(0, 40, 2)}
    write_hub_embeddings(tmp_path, vectors)
    data = DataConfig(
        source="captions",
        captions="M-CLIP/ImageCaptions-7M-Translations",
        targets="M-CLIP/ImageCaptions-7M-Embeddings:Vit-B-32",
        pairs=6,
        validation_pairs=5,
    )
    selection = select_pairs(data, "ViT-B-32/openai")
    rest = english_of_the_rest(selection)
    assert len(rest.rows) == 20 - 6 - 5
    assert selection.targets is not None
    found = selection.targets.vectors(selection.target_rows(rest.rows))
    np.testing.assert_array_equal(found[:, 0], rest.rows)


def test_a_batch_holds_captions_of_the_rest_with_the_teacher_s_vectors(tmp_path: Path) -> None:
    data, sampler = prepared(anchored(tmp_path))
    assert data.anchor is not None
    texts = list(data.anchor.texts)
    for _ in range(4):
        chosen = sampler.next_batch()
        lone = [texts[row - data.starts[0]] for row in chosen[16:]]
        assert len(set(lone)) == 8
        expected = cached_text_embeddings("emoji-teacher", lone, normalise=False).vectors
        np.testing.assert_allclose(data.batch(chosen)[2][16:].numpy(), expected, atol=1e-5)


def test_texts_of_the_rest_stay_on_disk_and_are_read_as_those_in_memory(tmp_path: Path) -> None:
    data, sampler = prepared(anchored(tmp_path))
    found = anchor_captions(anchored(tmp_path))
    assert data.anchor is not None
    assert found is not None
    assert not isinstance(data.anchor.texts, tuple | list)
    file = tmp_path / "same.txt"
    file.write_text("".join(f"{text}\n" for text in found.texts), encoding="utf-8")
    same, other = prepared(anchored(tmp_path, {"english_anchor": {**REST, "captions": str(file)}}))
    for _ in range(3):
        chosen = sampler.next_batch()
        np.testing.assert_array_equal(chosen, other.next_batch())
        for ours, theirs in zip(data.batch(chosen), same.batch(chosen), strict=True):
            torch.testing.assert_close(ours, theirs)


def test_named_targets_serve_pairs_and_rest_without_another_encoding(tmp_path: Path) -> None:
    plain = anchored(tmp_path)
    table = open_captions(str(plain.data.captions))
    encode_targets(table.captions(), "emoji-teacher", tmp_path / "targets")
    assert train(plain, directory=tmp_path / "encoded").state == "finished"
    named = anchored(tmp_path, {"targets": str(tmp_path / "targets")})
    assert train(named, directory=tmp_path / "named").state == "finished"
    assert train_losses(tmp_path / "named") == train_losses(tmp_path / "encoded")
    assert recorded(tmp_path / "named", "targets") == []
    assert recorded(tmp_path / "encoded", "targets") != []


def test_what_the_rest_is_stands_among_the_sources(tmp_path: Path) -> None:
    config = anchored(tmp_path)
    assert train(config, directory=tmp_path / "run").state == "finished"
    (given,) = recorded(tmp_path / "run", "sources")
    assert given.values["anchor_texts"] == 36
    assert given.values["anchor_held_out_left_out"] == 24
    assert given.values["anchor_in_pairs_left_out"] == 30
    sentence = lone_captions_sentence(read_events(tmp_path / "run"))
    assert sentence == (
        f"English anchor: 36 texts of the rest of {config.data.captions}; "
        "left out: 24 held out, 30 in pairs."
    )
    other = anchor_captions(anchored(tmp_path, {"pairs": 29}))
    assert other is not None
    assert other.facts("anchor")["anchor_fingerprint"] != given.values["anchor_fingerprint"]


def test_a_stopped_run_with_the_rest_goes_on_to_the_last_digit(tmp_path: Path) -> None:
    config = anchored(tmp_path, seed=5)
    train(config, directory=tmp_path / "whole")
    seen: list[str] = []
    train(
        config,
        directory=tmp_path / "parts",
        on_event=lambda event: seen.append(event.split),
        should_stop=lambda: seen.count("train") == 3,
    )
    assert resume(tmp_path / "parts").state == "finished"
    assert train_losses(tmp_path / "parts") == train_losses(tmp_path / "whole")
    assert len(train_losses(tmp_path / "whole")) == 8
    first = recorded(tmp_path / "whole", "train")[0].values
    assert first["pointwise_anchor"] > 0


def test_a_head_alone_starts_at_the_ridge_of_pairs_and_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backbone = str(write_backbone(tmp_path / "backbone"))
    student = {"backbone": backbone, "head": "ridge", "trainable": "head", "max_tokens": 16}
    fitted: list[int] = []
    from tomclip.training import ridge_head

    choose = ridge_head.choose_strength

    def counted(features: np.ndarray, *rest: np.ndarray, **options: object):
        fitted.append(len(features))
        return choose(features, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ridge_head, "choose_strength", counted)
    for most in (100_000, 20):
        monkeypatch.setattr(ridge_head, "MOST_FITTED", most)
        ended = train(anchored(tmp_path, student=student), directory=tmp_path / f"run{most}")
        assert ended.state == "finished"
    assert fitted == [30 + 36, 20 + 20]


def test_the_rest_of_the_emoji_is_refused_in_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"captions is 'rest', .* write 'emoji', or name a file"):
        parse_config({"data": {"english_anchor": {"captions": "rest"}}})


def test_pairs_that_leave_nothing_are_refused(tmp_path: Path) -> None:
    config = anchored(tmp_path, {"pairs": None})
    with pytest.raises(ConfigError, match=r"may be used \(24 held out, 66 in pairs\); ask for few"):
        train(config, directory=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_seed_changes_neither_pairs_nor_rest(tmp_path: Path) -> None:
    found = [anchor_captions(anchored(tmp_path, seed=seed)) for seed in (0, 7)]
    assert all(one is not None for one in found)
    first, second = (list(one.texts) for one in found if one is not None)
    assert first == second
    held_out = select_captions(anchored(tmp_path))
    validates = set(held_out.table.english(held_out.split.validation))
    assert not validates & set(first)
