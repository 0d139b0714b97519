"""Published names: what they mean, which commit they are, and damaged or missing files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from open_clip.factory import get_model_config
from safetensors.torch import load_file, save_file
from support.tiny_encoders import DIMENSION, TEXTS, put_into_hub_cache, write_teacher

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.encoders import (
    cached_text_embeddings,
    encoder_fingerprint,
    encoder_revision,
    image_encoder_name,
    load_teacher,
    load_text_encoder,
    published_encoders,
    search_encoders,
)
from tomclip.encoders.hub.names import encoder_sources, is_published_cached, parse_published_name
from tomclip.encoders.teacher.encoder import Teacher

REPOSITORY = "someone/tiny-clip"
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "hub"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_teacher(tmp_path / "tiny")


def test_a_repository_in_open_clips_format_is_read_from_the_cache(cache: Path, tiny: Path) -> None:
    put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD)
    teacher = load_teacher(f"hf-hub:{REPOSITORY}")
    assert (teacher.name, teacher.dimension) == (f"hf-hub:{REPOSITORY}", DIMENSION)
    expected = Teacher.from_directory(tiny).embed_texts(TEXTS).vectors
    np.testing.assert_array_equal(teacher.embed_texts(TEXTS).vectors, expected)
    assert encoder_revision(teacher.name) == OLD


def test_new_weights_change_the_fingerprint_and_a_pinned_name_keeps_the_old(
    cache: Path, tiny: Path, tmp_path: Path
) -> None:
    name = f"hf-hub:{REPOSITORY}"
    put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD)
    before, first = encoder_fingerprint(name), load_teacher(name).embed_texts(TEXTS).vectors
    pinned = load_teacher(f"{name}@{OLD}").embed_texts(TEXTS).vectors
    put_into_hub_cache(cache, REPOSITORY, write_teacher(tmp_path / "n", seed=1), commit=NEW)
    assert (encoder_revision(name), encoder_revision(f"{name}@{OLD}")) == (NEW, OLD)
    assert encoder_fingerprint(name) != before
    assert np.abs(load_teacher(name).embed_texts(TEXTS).vectors - first).max() > 1e-3
    np.testing.assert_array_equal(pinned, first)
    again = load_teacher(f"{name}@{OLD}").embed_texts(TEXTS).vectors
    np.testing.assert_array_equal(again, first)


def test_the_configuration_and_the_weights_are_of_one_commit(
    cache: Path, tiny: Path, tmp_path: Path
) -> None:
    snapshot = put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD)
    (snapshot / "open_clip_model.safetensors").unlink()
    other = put_into_hub_cache(cache, REPOSITORY, tiny, commit=NEW, reference="v2")
    assert (other / "open_clip_model.safetensors").is_file()
    with pytest.raises(EncoderUnavailable, match=f"hf download {REPOSITORY} --revision {OLD}"):
        Teacher.from_name(f"hf-hub:{REPOSITORY}")
    assert Teacher.from_name(f"hf-hub:{REPOSITORY}@v2").dimension == DIMENSION


def test_vectors_are_kept_under_the_commit_they_were_computed_with(
    cache: Path, tiny: Path, tmp_path: Path
) -> None:
    name = f"hf-hub:{REPOSITORY}"
    put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD)
    first = cached_text_embeddings(name, TEXTS).vectors
    put_into_hub_cache(cache, REPOSITORY, write_teacher(tmp_path / "n", seed=1), commit=NEW)
    assert np.abs(cached_text_embeddings(name, TEXTS).vectors - first).max() > 1e-3
    pinned = cached_text_embeddings(f"{name}@{OLD}", TEXTS).vectors
    np.testing.assert_array_equal(pinned, first)


def test_what_is_not_downloaded_has_no_revision(cache: Path) -> None:
    assert encoder_revision("ViT-B-32/openai") is None
    assert not is_published_cached("ViT-B-32/openai")
    assert encoder_revision("emoji-teacher") is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("open_clip_model.safetensors", f"run 'hf download {REPOSITORY} --force-download'"),
        ("open_clip_config.json", r"no readable open_clip_config\.json; restore it or download"),
    ],
)
def test_a_truncated_download_names_what_to_fetch_again(
    cache: Path, tiny: Path, name: str, message: str
) -> None:
    damaged = put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD) / name
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    with pytest.raises(AssetError, match=f"{damaged.parent}.*{message}"):
        Teacher.from_name(f"hf-hub:{REPOSITORY}")


def test_a_pickle_of_tensors_is_read_and_safetensors_are_preferred(cache: Path, tiny: Path) -> None:
    expected = Teacher.from_directory(tiny).embed_texts(TEXTS).vectors
    state = load_file(tiny / "open_clip_model.safetensors")
    (tiny / "open_clip_model.safetensors").unlink()
    torch.save(state, tiny / "open_clip_pytorch_model.bin")
    put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD)
    found = Teacher.from_name(f"hf-hub:{REPOSITORY}").embed_texts(TEXTS).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)
    save_file(state, tiny / "open_clip_model.safetensors")
    (tiny / "open_clip_pytorch_model.bin").write_bytes(b"not read")
    put_into_hub_cache(cache, REPOSITORY, tiny, commit=NEW)
    found = Teacher.from_name(f"hf-hub:{REPOSITORY}").embed_texts(TEXTS).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_pickle_of_code_in_a_repository_is_refused(cache: Path, tiny: Path) -> None:
    (tiny / "open_clip_model.safetensors").unlink()
    torch.save({"state_dict": pytest.fail}, tiny / "open_clip_pytorch_model.bin")
    put_into_hub_cache(cache, REPOSITORY, tiny, commit=OLD)
    with pytest.raises(AssetError, match=r"open_clip_pytorch_model\.bin holds no readable"):
        Teacher.from_name(f"hf-hub:{REPOSITORY}")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hf-hub:only-one-part", "use 'hf-hub:OWNER/MODEL'"),
        ("runs/typo/checkpoints/best", "is no directory here and no model of open_clip"),
        ("ViT-B-32/openai@", "ends in @"),
        ("M-CLIP/no-such-student", "is not a published student"),
        ("ViT-B-32/no-such-tag", "use ARCHITECTURE/WEIGHTS"),
    ],
)
def test_a_name_that_means_nothing_says_what_is_accepted(name: str, message: str) -> None:
    with pytest.raises(EncoderUnavailable, match=message):
        parse_published_name(name)


def test_a_repository_of_one_part_is_answered_wherever_a_name_is_taken() -> None:
    with pytest.raises(EncoderUnavailable, match="use 'hf-hub:OWNER/MODEL'"):
        load_text_encoder("hf-hub:only-one-part")


def test_without_a_network_nothing_is_tried_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_port = "http://127.0.0.1:9/{repo_id}/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", closed_port)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail(f"waits {seconds} s"))
    with pytest.raises(EncoderUnavailable, match=r"cannot be fetched .*refused.*run 'hf download"):
        load_text_encoder("ViT-B-32/openai")


def test_a_pinned_student_has_the_same_teacher() -> None:
    name = "M-CLIP/XLM-Roberta-Large-Vit-L-14"
    assert image_encoder_name(f"{name}@v1") == image_encoder_name(name) == "ViT-L-14/openai"


def test_a_text_tower_of_another_repository_counts_as_part_of_the_encoder() -> None:
    sources = encoder_sources("nllb-clip-base-siglip/v1")
    assert [one.repository for one in sources] == [
        "visheratin/nllb-clip-base-siglip",
        "facebook/nllb-200-distilled-600M",
    ]


@torch.inference_mode()
def test_a_tag_is_computed_with_the_activation_it_was_trained_with(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small: Any = get_model_config("ViT-B-32")
    small["embed_dim"] = DIMENSION
    small["vision_cfg"] |= {"layers": 1, "width": 64, "image_size": 32}
    small["text_cfg"] |= {"layers": 1, "width": 64, "heads": 2}
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, "ViT-B-32", small)
    reference: Any = open_clip.create_model("ViT-B-32", force_quick_gelu=True).eval()
    folder = tmp_path / "weights"
    folder.mkdir()
    save_file(reference.state_dict(), folder / "open_clip_model.safetensors")
    put_into_hub_cache(cache, "timm/vit_base_patch32_clip_224.openai", folder, commit=OLD)
    teacher: Any = load_text_encoder("ViT-B-32/openai")
    expected = reference.encode_text(open_clip.get_tokenizer("ViT-B-32")(["a dog"])).numpy()
    found = teacher.embed_texts(["a dog"], normalise=False).vectors
    np.testing.assert_allclose(found, expected, atol=1e-5)
    settings = open_clip.get_pretrained_cfg("ViT-B-32", "openai")
    mean = [step.mean for step in teacher.preprocess.transforms if hasattr(step, "mean")]
    assert mean == [settings["mean"]]


def test_recommended_encoders_say_what_open_clip_says() -> None:
    found = {one.name: one for one in published_encoders()}
    assert found["ViT-B-32/openai"].dimension == 512
    assert found["M-CLIP/XLM-Roberta-Large-Vit-B-16Plus"].dimension == 640
    assert found["ViT-B-16-SigLIP2/webli"].kind == "multilingual"
    known = {"/".join(pair) for pair in open_clip.list_pretrained()}
    assert {name for name in found if not name.startswith("M-CLIP/")} <= known


def test_search_finds_every_model_by_words_in_any_order(cache: Path) -> None:
    everything = search_encoders()
    assert len(everything) == len(open_clip.list_pretrained()) + 3
    assert not any(one.is_cached for one in everything)
    found = [one.name for one in search_encoders("WEBLI siglip2 b-32")]
    assert found == ["ViT-B-32-SigLIP2-256/webli"]
    assert search_encoders("no such words") == ()


def test_a_cached_model_is_seen_without_a_network(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "open_clip_model.safetensors").write_bytes(b"x")
    (folder / "other.json").write_text(json.dumps({}))
    put_into_hub_cache(cache, "timm/ViT-B-16-SigLIP2", folder, commit=NEW)
    (found,) = (one for one in published_encoders() if one.name == "ViT-B-16-SigLIP2/webli")
    assert (found.is_cached, found.revision) == (True, NEW)


def test_a_model_is_here_once_its_text_towers_repository_is_too(
    cache: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "open_clip_pytorch_model.bin").write_bytes(b"x")
    put_into_hub_cache(cache, "visheratin/nllb-clip-base-siglip", folder, commit=NEW)
    assert not is_published_cached("nllb-clip-base-siglip/v1")
    put_into_hub_cache(cache, "facebook/nllb-200-distilled-600M", folder, commit=OLD)
    assert is_published_cached("nllb-clip-base-siglip/v1")
