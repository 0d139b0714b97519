"""The scripts that build the assets, as far as they run without their build-time packages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from build_tokenizer import tokenizer_texts
from emoji_data.sources import code_point_id
from teacher.checkpoints import load_checkpoint, save_checkpoint
from teacher.image_tower import ImageTraining, Lesson
from teacher.model import encode_short_text, model_configuration
from teacher.texts import concept_captions, training_texts

from tomclip.data import load_emoji
from tomclip.encoders import load_teacher


def test_variation_selectors_are_no_part_of_an_id():
    assert code_point_id("1F469-200D-2764-FE0F-200D-1F468") == "1f469-200d-2764-200d-1f468"


def test_a_text_without_its_padding_gets_the_vector_of_the_padded_one():
    teacher = load_teacher("emoji-teacher")
    model: Any = teacher.model
    padded = teacher.tokenizer(["fox", "a sleepy cat", "birthday cake"])
    shortened = padded[:, : int((padded != 0).sum(dim=1).max())]
    assert shortened.shape[1] < padded.shape[1]
    with torch.no_grad():
        expected = model.encode_text(padded, normalize=True)
        torch.testing.assert_close(encode_short_text(model, shortened), expected)


def test_the_tokenizer_learns_from_training_concepts_and_single_characters_only():
    dataset = load_emoji()
    allowed = {
        text
        for code in dataset.languages
        for row in dataset.splits["train"]
        for text in (dataset.names[code][row], *dataset.keywords[code][row])
    }
    assert all(text in allowed or len(text) == 1 for text in tokenizer_texts(dataset))


def test_a_concept_is_told_by_its_name_first_and_by_its_own_keywords():
    dataset = load_emoji()
    rows = dataset.splits["train"][:20]
    for row, captions in zip(rows, concept_captions(dataset, rows, seed=3), strict=True):
        name, keywords = dataset.names["en"][row], dataset.keywords["en"][row]
        assert captions[0] == name
        assert len(captions) == 6
        for caption in captions[1:]:
            words = caption.removeprefix(f"{name}: ").split(", ")
            assert caption == name or set(words) <= {name, *keywords}


def test_a_strict_teacher_reads_no_text_of_a_held_out_concept(tmp_path: Path):
    dataset = load_emoji()
    captions = concept_captions(dataset, dataset.rows("seen"), seed=0)
    concepts = list(dict.fromkeys(text for own in captions for text in own))
    lines = tmp_path / "english.txt"
    lines.write_text("a line\n" + concepts[0] + "\n", encoding="utf-8")
    texts = training_texts(lines, concepts)
    assert texts == ["a line", *concepts]
    held_out = {dataset.names["en"][row] for row in dataset.rows("unseen")}
    assert held_out.isdisjoint(texts)


def tiny_training(folder: Path, *, steps: int) -> ImageTraining:
    torch.manual_seed(0)
    configuration = model_configuration(64, 32)["model_cfg"]
    configuration["text_cfg"] |= {"hf_tokenizer_name": None, "layers": 1}
    model = open_clip.CLIP(**configuration)
    generator = torch.Generator().manual_seed(1)
    pictures = torch.randint(0, 255, (3, 8, 4, 64, 64), dtype=torch.uint8, generator=generator)
    captions = torch.nn.functional.normalize(torch.randn(8, 2, 384, generator=generator), dim=-1)
    arguments = argparse.Namespace(
        output=folder / "teacher",
        space="e5",
        strict=False,
        steps=steps,
        small_steps=1,
        batch_size=4,
        image_size=32,
        seed=0,
    )
    training = ImageTraining(model, Lesson(pictures, torch.ones(3, 8), captions), arguments)
    training.checkpoint = folder / "state.pt"
    return training


def test_a_teacher_whose_training_was_stopped_becomes_the_one_that_was_not(tmp_path: Path):
    (tmp_path / "whole").mkdir()
    whole = tiny_training(tmp_path / "whole", steps=3).finish()
    stopped = tiny_training(tmp_path, steps=3)
    stopped.take_step()
    stopped.save()
    resumed = tiny_training(tmp_path, steps=3)
    resumed.resume()
    assert resumed.step == 1
    for name, value in resumed.finish().state_dict().items():
        torch.testing.assert_close(value, whole.state_dict()[name], rtol=0, atol=0)


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path):
    path = tmp_path / "teacher" / "text_tower.pt"
    assert load_checkpoint(path, {"space": "e5"}) is None
    save_checkpoint(path, {"model": {"weight": torch.ones(2)}}, {"space": "e5"})
    state = load_checkpoint(path, {"space": "e5"})
    assert state is not None
    assert state["model"]["weight"].tolist() == [1, 1]
    with pytest.raises(SystemExit, match="of other settings"):
        load_checkpoint(path, {"space": "minilm"})
