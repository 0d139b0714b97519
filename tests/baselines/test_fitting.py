"""Baselines: what they are fitted on, against scikit-learn; kept, found again, and refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from support.tiny_captions import many_rows, write_csv
from support.tiny_encoders import DIMENSION, write_student

from tomclip.baselines import fit_baseline, list_baselines, remove_baseline
from tomclip.baselines.captions import fitting_captions
from tomclip.baselines.choosing import mean_reciprocal_rank
from tomclip.config import DataConfig
from tomclip.core.errors import AssetError, EncoderUnavailable, InputError, RunError
from tomclip.core.reading.numbers import unit_rows
from tomclip.data import load_emoji
from tomclip.encoders import (
    cached_text_embeddings,
    encoder_catalogue,
    encoder_fingerprint,
    image_encoder_name,
    load_image_encoder,
    load_student,
    load_text_encoder,
    memory_estimate,
)
from tomclip.encoders.mapped.settings import baselines_directory
from tomclip.evaluation import emoji_task, evaluate
from tomclip.training.validation import true_ranks

FEW = DataConfig(languages=("en", "ko", "de"))


def texts_of(code: str, rows: np.ndarray) -> list[str]:
    return [load_emoji().names[code][row] for row in rows]


def test_a_ridge_baseline_is_the_ridge_of_scikit_learn_on_unit_vectors() -> None:
    made = fit_baseline("ridge", "mclip", data=FEW, strength=0.01)
    pairs = fitting_captions(FEW, seed=0).training
    features = np.concatenate(
        [
            cached_text_embeddings("mclip", [text], language=code).vectors
            for text, code in zip(pairs.translated, pairs.languages, strict=True)
        ]
    )
    targets = cached_text_embeddings("emoji-teacher", pairs.english).vectors
    oracle = Ridge(alpha=0.01 * len(features), solver="svd").fit(
        features.astype(np.float64), targets.astype(np.float64)
    )
    asked = texts_of("ko", load_emoji().rows("unseen"))
    ours = load_text_encoder(made.name).embed_texts(asked, language="ko")
    theirs = oracle.predict(cached_text_embeddings("mclip", asked, language="ko").vectors)
    np.testing.assert_allclose(ours.vectors, unit_rows(theirs), atol=1e-4)
    assert ours.vectors.shape == (20, DIMENSION)


def test_it_stands_in_the_catalogue_as_a_student_of_the_teacher() -> None:
    made = fit_baseline("ridge", "mclip", data=FEW, name="My ridge")
    assert made.name == "baseline:my-ridge"
    (info,) = [one for one in encoder_catalogue() if one.name == made.name]
    assert (info.kind, info.teacher) == ("student", "emoji-teacher")
    assert info.title == "Ridge from MCLIP, en ko de"
    assert info.facts["pairs"] == len(fitting_captions(FEW, seed=0).training)
    assert image_encoder_name(made.name) == "emoji-teacher"
    assert load_image_encoder(made.name).name == "emoji-teacher"
    assert [one.name for one in list_baselines()] == [made.name]
    assert repr(made).startswith("Baseline('baseline:my-ridge'")
    assert memory_estimate(made.name, batch_size=2) == memory_estimate("mclip", batch_size=2)


def test_it_is_evaluated_as_a_student_is() -> None:
    made = fit_baseline("ridge", "mclip", data=FEW)
    report = evaluate(made.name, emoji_task("unseen"), languages=["ko"], references=())
    assert 0 <= report.score("zero_shot_top1").value <= 100


def test_reloading_gives_the_same_vectors_whatever_other_texts_came() -> None:
    from tomclip.encoders.registry import forget_encoders

    made = fit_baseline("ridge", "mclip", data=FEW)
    before = load_text_encoder(made.name).embed_texts(["빨간색 하트", "fox"], language="ko").vectors
    forget_encoders()
    again = load_text_encoder(made.name).embed_texts(["빨간색 하트"], language="ko").vectors
    np.testing.assert_allclose(again[0], before[0], atol=1e-6)


def test_the_same_baseline_is_fitted_again_to_the_bit() -> None:
    one = fit_baseline("ridge", "mclip", data=FEW, anchor="emoji", name="one")
    two = fit_baseline("ridge", "mclip", data=FEW, anchor="emoji", name="two")
    assert one.settings.map_sha256 == two.settings.map_sha256
    assert (one.path / "map.safetensors").read_bytes() == (
        two.path / "map.safetensors"
    ).read_bytes()


def test_strength_is_chosen_by_the_criterion_of_training() -> None:
    images, candidates = np.random.default_rng(0).normal(size=(2, 30, 5)).astype(np.float32)
    right = np.random.default_rng(1).integers(0, 30, 30)
    ranks = true_ranks(torch.tensor(images), torch.tensor(candidates), right)
    assert mean_reciprocal_rank(images, candidates, right) == pytest.approx((1 / ranks).mean())
    chosen = fit_baseline("ridge", "mclip", data=FEW, name="chosen").settings.facts
    for strength in (1e-6, 1e-3, 1.0):
        fixed = fit_baseline("ridge", "mclip", data=FEW, name=f"f{strength}", strength=strength)
        measure = "validation_mean_reciprocal_rank"
        assert fixed.settings.facts[measure] <= chosen[measure]
    assert chosen["strength_chosen"]


def test_an_anchor_of_weight_near_one_gives_the_map_of_english_alone() -> None:
    english = fit_baseline("ridge", "mclip", data=DataConfig(languages=("en",)), strength=0.1)
    options = {"data": DataConfig(languages=("ko",)), "anchor": "emoji", "strength": 0.1}
    anchored = fit_baseline("ridge", "mclip", **options, anchor_weight=1 - 1e-9)
    assert anchored.settings.facts["anchor"]["count"] > 4
    one, other = (
        load_text_encoder(made.name).embed_texts(["red fox"]).vectors
        for made in (english, anchored)
    )
    np.testing.assert_allclose(one, other, atol=0.05)
    slight = fit_baseline("ridge", "mclip", **options, anchor_weight=1e-9, name="slight")
    alone = fit_baseline("ridge", "mclip", data=DataConfig(languages=("ko",)), strength=0.1)
    one, other = (
        load_text_encoder(made.name).embed_texts(["red fox"]).vectors for made in (slight, alone)
    )
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_an_anchor_file_leaves_out_what_names_held_out_concepts(tmp_path: Path) -> None:
    data = load_emoji()
    held_out = data.names["en"][data.rows("unseen")[0]]
    file = tmp_path / "words.txt"
    file.write_text(f"a quiet harbour\na quiet harbour\n\ntwo {held_out}s\na rusty gate\n")
    captions = fitting_captions(FEW, seed=0, anchor=str(file))
    assert captions.anchor == ("a quiet harbour", "a rusty gate")
    assert captions.left_out == 1
    facts = fit_baseline("procrustes", "mclip", data=FEW, anchor=str(file)).settings.facts
    assert facts["anchor"]["left_out"] == 1


def test_no_caption_of_a_held_out_concept_is_fitted_on() -> None:
    data = load_emoji()
    pairs = fitting_captions(DataConfig(), seed=0).training
    assert set(pairs.concepts) == set(data.splits["train"])


def test_procrustes_turns_the_cloud_and_keeps_its_shape() -> None:
    made = fit_baseline("procrustes", "mclip", data=FEW)
    weight = load_text_encoder(made.name)._arrays["weight"].astype(float)  # type: ignore[attr-defined]
    inner = weight @ weight.T
    kept = np.linalg.eigvalsh(inner / inner.max())
    assert (
        np.isclose(kept, 0, atol=1e-5).sum() + np.isclose(kept, kept.max(), atol=1e-4).sum() == 24
    )


def test_a_centring_puts_each_training_cloud_on_the_teachers_english_centre() -> None:
    made = fit_baseline("centring", "mclip", data=FEW)
    pairs = fitting_captions(FEW, seed=0).training
    english = cached_text_embeddings("emoji-teacher", pairs.english).vectors
    for code in FEW.languages:
        rows = [row for row, one in enumerate(pairs.languages) if one == code]
        texts = [pairs.translated[row] for row in rows]
        moved = load_text_encoder(made.name).embed_texts(texts, language=code, normalise=False)
        np.testing.assert_allclose(
            moved.vectors.mean(axis=0), english[rows].mean(axis=0), atol=1e-4
        )


def test_a_centring_knows_unseen_concepts_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(name: str, texts: list[str], **options: object) -> object:
        read.extend(texts)
        return cached_text_embeddings(name, texts, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("tomclip.baselines.vectors.cached_text_embeddings", noted)
    data = load_emoji()
    held_out = {data.names["de"][row] for s in ("validation", "unseen") for row in data.splits[s]}
    training = {data.names["de"][row] for row in data.splits["train"]}
    fit_baseline("centring", "mclip", data=DataConfig(languages=("de",)))
    assert training <= set(read)
    assert not (held_out - training) & set(read)
    told = fit_baseline("centring", "mclip", data=DataConfig(languages=("de",)), all_concepts=True)
    assert held_out <= set(read)
    assert "those unseen by the students included" in told.settings.description
    assert told.name == "baseline:centring-mclip-de-all-concepts"


def test_a_centring_refuses_a_language_whose_mean_it_does_not_know() -> None:
    made = fit_baseline("centring", "mclip", data=FEW)
    with pytest.raises(
        InputError, match=r"language is 'fr', and this centring knows .* en, ko, de"
    ):
        load_text_encoder(made.name).embed_texts(["renard"], language="fr")


def test_a_baseline_stands_behind_a_baseline_and_never_behind_itself() -> None:
    first = fit_baseline("centring", "mclip", data=FEW, name="first")
    second = fit_baseline("ridge", first.name, data=FEW, name="second")
    assert second.settings.title == "Ridge from Centred MCLIP, en ko de, en ko de"
    assert load_text_encoder(second.name).embed_texts(["fox"]).vectors.shape == (1, DIMENSION)
    for source in (first.name, second.name):
        with pytest.raises(InputError, match="is itself fitted from 'baseline:first'"):
            fit_baseline("ridge", source, data=FEW, name="first", force=True)


def test_captions_of_ones_own_are_fitted_on(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "pairs.csv", many_rows(40))
    data = DataConfig(source="captions", captions=str(file), pairs=20, validation_pairs=8)
    facts = fit_baseline("ridge", "mclip", data=data).settings.facts
    assert (facts["pairs"], facts["validation_captions"]) == (20, 8)


def test_a_changed_or_missing_source_is_one_sentence(tmp_path: Path) -> None:
    source = write_student(tmp_path / "source", seed=8)
    made = fit_baseline("ridge", str(source), data=FEW, name="mine")
    assert made.settings.source == str(source.resolve())
    before = encoder_fingerprint(made.name)
    write_student(source, seed=9)
    assert encoder_fingerprint(made.name) != before
    with pytest.raises(AssetError, match="whose files have changed since; fit it again"):
        load_text_encoder(made.name)
    shutil.rmtree(source)
    with pytest.raises(EncoderUnavailable, match="which is not on this machine; get it again"):
        load_text_encoder(made.name)
    assert made.name in [one.name for one in encoder_catalogue()]


def test_a_damaged_baseline_is_one_sentence_and_can_be_removed() -> None:
    made = fit_baseline("ridge", "mclip", data=FEW, name="mine")
    map_file, settings = made.path / "map.safetensors", made.path / "baseline.json"
    map_file.write_bytes(map_file.read_bytes()[:-1] + b"\x07")
    with pytest.raises(AssetError, match=r"was altered .*fit it again"):
        load_text_encoder(made.name)
    map_file.unlink()
    with pytest.raises(AssetError, match="cannot be read"):
        load_text_encoder(made.name)
    settings.write_text("{")
    assert made.name not in [one.name for one in encoder_catalogue()]
    with pytest.raises(AssetError, match="does not describe a baseline"):
        load_text_encoder(made.name)
    remove_baseline("mine")
    assert not made.path.exists()
    with pytest.raises(EncoderUnavailable, match="there are: none"):
        remove_baseline("mine")


def test_numbers_that_do_not_fit_their_description_are_refused() -> None:
    made = fit_baseline("ridge", "mclip", data=FEW, name="mine")
    file = made.path / "baseline.json"
    file.write_text(json.dumps(asdict(made.settings) | {"dimension": 7}))
    with pytest.raises(AssetError, match=r"does not fit what baseline\.json says"):
        load_text_encoder(made.name)
    file.write_text(json.dumps(asdict(made.settings) | {"kind": "magic"}))
    with pytest.raises(AssetError, match="of kind 'magic'"):
        load_text_encoder(made.name)


def test_a_taken_name_is_refused_and_a_failed_fit_leaves_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = fit_baseline("ridge", "mclip", data=FEW, name="mine")
    with pytest.raises(InputError, match="'baseline:mine' exists; choose another name"):
        fit_baseline("ridge", "mclip", data=FEW, name="mine")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tomclip.encoders.mapped.files.save_file", full)
    with pytest.raises(RunError, match=r"cannot be written .No space left"):
        fit_baseline("ridge", "mclip", data=FEW, name="mine", strength=0.5, force=True)
    assert list_baselines()[0].settings == made.settings
    assert [path.name for path in baselines_directory().iterdir()] == ["mine"]


def test_a_baseline_is_no_student_to_train_from() -> None:
    made = fit_baseline("ridge", "mclip", data=FEW, name="mine")
    with pytest.raises(EncoderUnavailable, match="is a plain baseline"):
        load_student(made.name)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "lasso"}, "kind is 'lasso'; use ridge, procrustes, centring"),
        ({"kind": "procrustes", "strength": 1.0}, "strength says nothing of procrustes"),
        ({"kind": "centring", "anchor": "emoji"}, "anchor says nothing of centring"),
        ({"all_concepts": True}, "all_concepts says nothing of ridge"),
        ({"anchor_weight": 0.5}, "anchor_weight says nothing without an anchor"),
        ({"anchor": "emoji", "anchor_weight": 1.0}, "anchor_weight is 1.0"),
        ({"strength": -1.0}, "strength is -1.0"),
        ({"teacher": "mclip"}, "teacher is 'mclip', a student; name a teacher"),
        ({"data": DataConfig(share=0.1)}, "leaves 2; use at least"),
        ({"anchor": "/nowhere/words.txt"}, "/nowhere/words.txt"),
    ],
)
def test_what_says_nothing_or_is_too_little_is_one_sentence(options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_baseline(**{"kind": "ridge", "source": "mclip", "data": FEW} | options)
    assert list_baselines() == ()


def test_pairs_with_fewer_than_four_different_english_captions_are_refused(tmp_path: Path) -> None:
    captions = ["one", "two", "two", "two", "three", "four"]
    rows = [(text, f"{text} auf Deutsch {row}", "de") for row, text in enumerate(captions)]
    file = tmp_path / "pairs.csv"
    header = "caption,caption_multi,multi_language_code"
    file.write_text("\n".join([header, *map(",".join, rows)]) + "\n", encoding="utf-8")
    data = DataConfig(source="captions", captions=str(file), pairs=None, validation_pairs=4)
    with pytest.raises(InputError, match=r"hold [12] different English captions; .* at least 4"):
        fit_baseline("ridge", "mclip", data=data)


def test_an_unknown_source_is_refused_with_what_there_is() -> None:
    with pytest.raises(EncoderUnavailable, match="there is no encoder 'gpt' on this machine"):
        fit_baseline("ridge", "gpt")


def test_progress_never_falls_and_names_its_phases() -> None:
    class Heard:
        def __init__(self) -> None:
            self.shares: list[float] = []
            self.phases: list[str] = []

        def __call__(self, done: int, total: int) -> None:
            self.shares.append(done / total)

        def begin(self, phase: str) -> None:
            self.phases.append(phase)

    heard = Heard()
    fit_baseline("ridge", "tomclip_exact", data=FEW, anchor="emoji", on_progress=heard)
    assert heard.shares == sorted(heard.shares)
    assert heard.shares[-1] == 1.0
    assert heard.phases[0] == "embedding the captions"
    assert heard.phases[-1] == "fitting the map"
