"""The Encoders page: searching, adding by name, uploading, removing; bad input is one sentence."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from support.studio_pages import open_page, sentences, settled
from support.tiny_encoders import put_into_hub_cache, write_teacher

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError, TomclipError
from tomclip.encoders import DeviceMemory, MemoryEstimate, added
from tomclip.encoders.added import KnownEncoder, known_encoders, store_vectors
from tomclip.ui.known_encoders import encoder_facts as facts
from tomclip.ui.known_encoders import published_table
from tomclip.ui.pages.encoders import page


@pytest.fixture
def another_teacher(tmp_path: Path) -> Path:
    folder = tmp_path / "another"
    folder.mkdir()
    return write_teacher(folder, seed=5)


def type_name(name: str) -> AppTest:
    studio = open_page("9_encoders", way="name")
    return settled(studio.text_input(key="choice:encoder_name").set_value(name).run())


def load(studio: AppTest) -> AppTest:
    return settled(studio.button(key="load_encoder").click().run())


def vectors_file(path: Path, words: tuple[str, ...] = ("fox", "dog")) -> Path:
    np.savez(
        path,
        vectors=np.eye(len(words), 24, dtype=np.float32),
        ids=np.array(words),
        labels=np.array(words),
        languages=np.array(["en"] * len(words)),
        modality="text",
        encoder="mine",
    )
    return path


def test_the_page_lists_what_the_studio_offers() -> None:
    table = open_page("9_encoders", way="name").dataframe[0].value
    assert list(table["Encoder"]) == ["Emoji teacher", "MCLIP", "ToMCLIP exact"]


def test_published_models_are_found_by_their_words() -> None:
    studio = open_page("9_encoders")
    found = settled(
        studio.text_input(key="choice:encoder_words").set_value("SigLIP2 b-16 webli").run()
    )
    table = found.dataframe[1].value
    assert table["name"].iloc[0] == "ViT-B-16-SigLIP2/webli"
    assert table["dimension"].iloc[0] == 768
    assert table["parameters"].iloc[0] == pytest.approx(375, abs=1)
    assert not table["here"].iloc[0]


def test_words_that_no_model_has_are_answered() -> None:
    studio = open_page("9_encoders")
    studio = settled(studio.text_input(key="choice:encoder_words").set_value("gpt seven").run())
    assert "No published model has 'gpt seven'" in studio.info[0].value


def test_a_directory_is_added_by_name_and_every_page_offers_it(another_teacher: Path) -> None:
    studio = type_name(f"local-dir:{another_teacher}")
    assert [tile.label for tile in studio.metric] == [
        "Memory for its weights",
        "For a batch of 256",
        "Memory free",
    ]
    studio = load(studio)
    assert studio.success[0].value.startswith("another is added")
    assert "another" in list(studio.dataframe[0].value["Encoder"])
    assert not sentences(studio)
    asked = open_page("5_zero_shot", encoders=f"mclip,{another_teacher}", query="fox")
    assert not sentences(asked)
    assert "**another**" in [text.value for text in asked.markdown]


def test_a_model_in_the_hub_cache_is_added_with_its_revision(
    another_teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    put_into_hub_cache(tmp_path / "hub", "us/tiny", another_teacher, commit="c" * 40)
    studio = load(type_name("hf-hub:us/tiny"))
    assert studio.success, sentences(studio)
    assert known_encoders()[-1].name == "hf-hub:us/tiny"


def test_a_model_that_is_not_here_is_answered_with_how_to_get_it() -> None:
    studio = load(type_name("ViT-B-32-quickgelu/metaclip_400m"))
    assert "hf download" in studio.error[0].value
    assert studio.button(key="load_encoder")
    assert not added.added_encoders()


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("gpt", "There is no encoder 'gpt'"),
        ("ViT-B-32/nonsense", "'ViT-B-32/nonsense' is no directory here and no model of open_clip"),
        ("hf-hub:one/two/three", "names no repository"),
        ("M-CLIP/nonsense", "not a published student"),
        ("ViT-B-32/openai@", "ends in @"),
        ("vectors:/nowhere.npz", "names no file or folder that exists"),
        ("mclip", "in the studio already"),
        ("one,two", "without a comma"),
    ],
)
def test_a_name_that_is_none_is_one_sentence(name: str, answer: str) -> None:
    studio = type_name(name)
    if studio.button and any(button.key == "load_encoder" for button in studio.button):
        studio = load(studio)
    assert len(sentences(studio)) == 1
    assert answer in sentences(studio)[0]


def longer_vectors_file(path: Path) -> Path:
    """Returns a file of vectors of another length than those of `vectors_file`."""
    np.savez(
        path,
        vectors=np.eye(2, 7),
        ids=["a", "b"],
        labels=["a", "b"],
        languages=["", ""],
        modality="image",
        encoder="other",
    )
    return path


def test_an_uploaded_file_of_vectors_is_added(tmp_path: Path) -> None:
    content = vectors_file(tmp_path / "mine.npz").read_bytes()
    studio = open_page("9_encoders", way="vectors")
    studio = settled(studio.file_uploader[0].set_value(("mine.npz", content, "x")).run())
    assert load(studio).success
    assert known_encoders()[-1].kind == "vectors"


def test_an_uploaded_file_of_nonsense_is_one_sentence_and_is_not_kept(tmp_path: Path) -> None:
    studio = open_page("9_encoders", way="vectors")
    studio = settled(studio.file_uploader[0].set_value(("mine.npz", b"nonsense", "x")).run())
    assert len(studio.error) == 1
    assert studio.error[0].value.startswith(
        "mine.npz holds no readable vectors (it is no whole .npz archive)"
    )
    assert not list((tmp_path / "runs").glob(".vectors/*"))


@pytest.mark.parametrize(
    ("files", "beginning"),
    [
        ((("a.npz", "cut"), ("b.npz", "whole")), "a.npz holds no readable vectors"),
        (
            (("a.npz", "whole"), ("b.npz", "longer")),
            "The upload holds vectors of different lengths",
        ),
        ((("a.npz", "whole"), ("a.npz", "cut")), "Two files are called a.npz"),
    ],
)
def test_a_refused_upload_is_called_by_the_names_that_the_person_knows(
    files: tuple[tuple[str, str], ...], beginning: str, tmp_path: Path
) -> None:
    whole = vectors_file(tmp_path / "mine.npz").read_bytes()
    longer = longer_vectors_file(tmp_path / "other.npz").read_bytes()
    contents = {"whole": whole, "cut": whole[: len(whole) // 2], "longer": longer}
    studio = open_page("9_encoders", way="vectors")
    uploads = [(name, contents[kind], "x") for name, kind in files]
    studio = settled(studio.file_uploader[0].set_value(uploads).run())
    assert [error.value[: len(beginning)] for error in studio.error] == [beginning]
    assert str(tmp_path) not in studio.error[0].value


def test_an_added_model_whose_files_are_gone_leaves_the_others_at_work() -> None:
    added.remember_encoder(KnownEncoder("ViT-B-32/laion400m_e31", "Gone", "teacher"))
    studio = open_page("5_zero_shot", encoders="mclip,ViT-B-32/laion400m_e31", query="fox")
    assert "hf download" in studio.error[0].value
    alone = open_page("5_zero_shot", encoders="mclip", query="fox")
    assert len(alone.dataframe[0].value) >= 10


def test_an_added_encoder_is_removed_after_a_second_click(tmp_path: Path) -> None:
    name = store_vectors({"mine.npz": vectors_file(tmp_path / "mine.npz").read_bytes()})
    added.remember_encoder(KnownEncoder(name, "mine", "vectors"))
    studio = open_page("9_encoders", way="name")
    assert "mine" in list(studio.dataframe[0].value["Encoder"])
    studio = settled(studio.button(key="remove_encoder").click().run())
    assert "mine" not in list(studio.dataframe[0].value["Encoder"])
    assert not list((tmp_path / "runs" / ".vectors").iterdir())


def test_what_does_not_fit_into_memory_is_said_before_it_is_loaded(
    another_teacher: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = (DeviceMemory("Memory", free=1_000_000, total=2_000_000),)
    monkeypatch.setattr(page, "device_memories", lambda: small)
    studio = type_name(str(another_teacher))
    assert "of Memory 1 MB are free" in studio.warning[0].value
    assert studio.button(key="load_encoder").label == "Load it all the same"


def test_the_batch_that_fits_is_suggested() -> None:
    estimate = MemoryEstimate(parameters=25, weights=100, activations=facts.STUDIO_BATCH * 10)
    one = facts.EncoderFacts(KnownEncoder("a", "A", "teacher"), 8, estimate, True, None, "")
    assert facts.shortage(one, DeviceMemory("Memory", 10_000, 10_000)) == ""
    assert "at most 32," in facts.shortage(one, DeviceMemory("Memory", 420, 10_000))
    assert "smaller model" in facts.shortage(one, DeviceMemory("Memory", 90, 10_000))


def test_the_same_upload_has_one_name_and_vectors_of_two_sizes_are_refused(tmp_path: Path) -> None:
    content = vectors_file(tmp_path / "mine.npz").read_bytes()
    assert store_vectors({"mine.npz": content}) == store_vectors({"mine.npz": content})
    longer = longer_vectors_file(tmp_path / "other.npz").read_bytes()
    with pytest.raises(AssetError, match="different lengths") as refused:
        store_vectors({"a.npz": content, "b.npz": longer})
    assert added.VECTORS_FOLDER not in str(refused.value)
    with pytest.raises(TomclipError, match=r"mine\.npz") as damaged:
        store_vectors({"mine.npz": content[:50]})
    assert added.VECTORS_FOLDER not in str(damaged.value)
    with pytest.raises(InputError, match="no file came"):
        store_vectors({})


def test_two_folders_of_one_name_are_told_apart(another_teacher: Path) -> None:
    added.remember_encoder(KnownEncoder("/elsewhere/another", "another", "teacher"))
    assert facts.encoder_facts(str(another_teacher)).encoder.title == str(another_teacher)


def test_a_damaged_list_hides_what_was_added_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "encoders.json").write_text(json.dumps({"encoders": [{"nonsense": 1}]}))
    assert len(known_encoders()) == 3
    assert "is damaged" in open_page("9_encoders", way="name").error[0].value


def test_a_load_that_fails_is_one_sentence_and_adds_nothing(
    another_teacher: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str, device: str) -> None:
        raise EncoderUnavailable(f"{name} was taken away meanwhile")

    monkeypatch.setattr(facts, "load_text_encoder", fail)
    studio = load(type_name(str(another_teacher)))
    assert "taken away meanwhile" in studio.error[0].value
    assert not added.added_encoders()


def test_a_load_that_is_cancelled_adds_nothing(
    another_teacher: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait(name: str, device: str) -> None:
        reached.set()
        go_on.wait()

    monkeypatch.setattr(facts, "load_text_encoder", wait)
    job = facts.loading_job(str(another_teacher))
    assert reached.wait(timeout=30)
    job.cancel()
    go_on.set()
    job.future.exception(timeout=30)
    assert job.cancelled
    assert not added.added_encoders()


@pytest.mark.parametrize("page", ["2_embeddings", "3_topology"])
def test_vectors_that_went_away_since_are_one_sentence(page: str) -> None:
    added.remember_encoder(KnownEncoder("vectors:/gone.npz", "Gone", "vectors", "once here"))
    (sentence,) = sentences(open_page(page, encoder="vectors:/gone.npz"))
    assert "names no file or folder that exists" in sentence


def begin_anew() -> None:
    """Forgets every outcome in memory, as a studio that was started again has."""
    st.cache_resource.clear()


def table_of(words: str) -> tuple[int, list[facts.EncoderFacts]]:
    return published_table.table_job(words, 3).future.result(timeout=60)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    begin_anew()
    return tmp_path / "hub"


def test_a_studio_started_again_shows_the_kept_table_of_published_models(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = table_of("siglip2 b-16 webli")
    monkeypatch.setattr(published_table, "search_encoders", lambda words: pytest.fail("again"))
    begin_anew()
    assert table_of("SigLIP2  b-16 webli") == made


def test_the_table_is_made_anew_when_a_model_came_into_the_cache(
    hub: Path, another_teacher: Path
) -> None:
    key = published_table.table_key("siglip2", 3)
    assert published_table.table_key("siglip2", 2) != key
    put_into_hub_cache(hub, "timm/ViT-B-16-SigLIP2", another_teacher, commit="c" * 40)
    assert published_table.table_key("siglip2", 3) != key


def test_a_table_with_a_model_whose_memory_is_not_known_is_not_kept(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = facts._memory
    monkeypatch.setattr(facts, "_memory", lambda name: None)
    assert table_of("siglip2 b-16 webli")[1][0].memory is None
    monkeypatch.setattr(facts, "_memory", known)
    begin_anew()
    assert table_of("siglip2 b-16 webli")[1][0].memory is not None
