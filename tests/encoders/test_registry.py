"""Names to encoders: the catalogue, what a name may be, and loading once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.tiny_encoders import write_student, write_teacher

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.files.manifests import write_manifest
from tomclip.encoders import (
    Student,
    Teacher,
    catalogue,
    encoder_catalogue,
    encoder_fingerprint,
    image_encoder_name,
    load_image_encoder,
    load_student,
    load_teacher,
    load_text_encoder,
    registry,
)
from tomclip.encoders.loaded import LoadedEncoders

RUN = "20260101-000000-tiny-abcdef"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder with a teacher, two shipped students and one run's best student."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path / "runs"))
    emoji = tmp_path / "assets" / "emoji"
    write_teacher(emoji / "teacher")
    write_student(emoji / "students" / "tomclip", seed=1)
    write_student(emoji / "students" / "mclip", seed=2)
    write_student(tmp_path / "runs" / RUN / "checkpoints" / "best", seed=3)
    return tmp_path


def test_the_catalogue_lists_teacher_students_and_runs_in_that_order(machine: Path) -> None:
    found = [(info.name, info.kind, info.teacher) for info in encoder_catalogue()]
    assert found == [
        ("emoji-teacher", "teacher", "emoji-teacher"),
        ("mclip", "student", "emoji-teacher"),
        ("tomclip", "student", "emoji-teacher"),
        (f"run:{RUN}", "student", "emoji-teacher"),
    ]


def test_title_and_facts_come_from_the_manifest(machine: Path) -> None:
    facts = {"title": "MCLIP", "description": "The baseline.", "seed": 0}
    write_manifest(machine / "assets/emoji/students/mclip", facts)
    info = encoder_catalogue()[1]
    assert (info.title, info.description, info.facts) == ("MCLIP", "The baseline.", facts)
    assert encoder_catalogue()[2].title == "tomclip"


def test_an_empty_machine_has_an_empty_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path))
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    assert encoder_catalogue() == ()
    with pytest.raises(EncoderUnavailable, match=r"use \(none found\)"):
        load_teacher()


def test_one_damaged_student_does_not_hide_the_others(machine: Path) -> None:
    (machine / "assets/emoji/students/mclip/student.json").write_text("{")
    names = [info.name for info in encoder_catalogue()]
    assert names == ["emoji-teacher", "tomclip", f"run:{RUN}"]
    with pytest.raises(AssetError, match=r"student.json is damaged"):
        load_text_encoder("mclip")


def test_every_listed_encoder_loads_under_its_name(machine: Path) -> None:
    for info in encoder_catalogue():
        encoder = load_text_encoder(info.name)
        assert encoder.name == info.name
        assert isinstance(encoder, Teacher if info.kind == "teacher" else Student)
        assert load_image_encoder(info.name).name == image_encoder_name(info.name) == info.teacher


@pytest.mark.parametrize("prefix", ["", "local-dir:"])
def test_a_directory_is_a_name_too(machine: Path, prefix: str) -> None:
    teacher = f"{prefix}{machine}/assets/emoji/teacher"
    student = f"{prefix}{machine}/assets/emoji/students/mclip"
    assert load_teacher(teacher).name == teacher
    assert load_text_encoder(student).name == student
    assert load_image_encoder(student).name == "emoji-teacher"


@pytest.mark.parametrize("name", ["no-such", "run:no-such", ""])
def test_an_unknown_name_lists_the_known_ones(machine: Path, name: str) -> None:
    with pytest.raises(EncoderUnavailable, match=f"use emoji-teacher, mclip, tomclip, run:{RUN}"):
        load_text_encoder(name)


def test_a_directory_without_an_encoder_says_what_is_missing(machine: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="holds neither"):
        load_text_encoder(str(machine))
    with pytest.raises(EncoderUnavailable, match="holds neither"):
        load_text_encoder("local-dir:nowhere")


def test_a_student_is_no_teacher_and_a_teacher_no_student(machine: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="'mclip' is a student; name a teacher here"):
        load_teacher("mclip")
    with pytest.raises(EncoderUnavailable, match="is a teacher; name a student here"):
        load_student("emoji-teacher")


def test_published_names_go_to_their_libraries(machine: Path) -> None:
    assert image_encoder_name("ViT-B-32/openai") == "ViT-B-32/openai"
    assert image_encoder_name("M-CLIP/XLM-Roberta-Large-Vit-B-32") == "ViT-B-32/openai"
    for name in ("ViT-B-32/openai", "M-CLIP/XLM-Roberta-Large-Vit-B-32"):
        with pytest.raises(EncoderUnavailable, match="cannot be fetched"):
            load_text_encoder(name)
    with pytest.raises(EncoderUnavailable, match="not a published student that is known"):
        load_text_encoder("M-CLIP/no-such")


def test_an_encoder_is_loaded_once_even_by_several_threads(machine: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        students = list(pool.map(lambda _: load_student("mclip"), range(8)))
    assert {id(student) for student in students} == {id(load_student("mclip"))}


def test_new_files_are_loaded_and_have_a_new_fingerprint(machine: Path) -> None:
    old, before = load_student("mclip"), encoder_fingerprint("mclip")
    write_student(machine / "assets/emoji/students/mclip", seed=9)
    assert load_student("mclip") is not old
    assert encoder_fingerprint("mclip") != before


def test_a_fingerprint_is_content_and_not_place_or_time(machine: Path) -> None:
    before = encoder_fingerprint("mclip")
    student = machine / "assets/emoji/students/mclip"
    os.utime(student / "model.safetensors", (1, 1))
    write_manifest(student, {"title": "other"})
    assert encoder_fingerprint("mclip") == before
    moved = student.rename(machine / "moved")
    assert encoder_fingerprint(str(moved)) == before
    assert encoder_fingerprint("tomclip") != before


def test_importing_the_registry_loads_no_heavy_library() -> None:
    code = (
        "import json, sys, tomclip.encoders\n"
        "heavy = {'torch', 'transformers', 'open_clip', 'timm', 'tokenizers', 'PIL'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_the_package_names_only_what_it_has() -> None:
    import tomclip.encoders

    for name in tomclip.encoders.__all__:
        assert getattr(tomclip.encoders, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Pupil'"):
        _ = tomclip.encoders.Pupil


def test_a_name_is_resolved_without_listing_the_runs(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_named_directories", lambda: pytest.fail("all were listed"))
    for name in ("emoji-teacher", "mclip", f"run:{RUN}"):
        info = catalogue.find_encoder(name)
        assert info is not None
        assert info.name == name
    assert catalogue.find_encoder("ViT-B-32/openai") is None


@pytest.mark.parametrize("name", ["run:../runs/" + RUN, "..", "run:.", "run:"])
def test_a_path_is_no_name(machine: Path, name: str) -> None:
    assert catalogue._named_directory(name) is None


def test_an_encoder_says_how_much_memory_it_takes(machine: Path) -> None:
    student, teacher = load_student("mclip"), load_teacher()
    weights = sum(one.nbytes for one in student.model.state_dict().values())
    assert weights <= student.nbytes <= 1.1 * weights
    assert teacher.nbytes >= sum(one.nbytes for one in teacher.model.parameters())


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns the names of what was fetched and loaded; two students are published."""
    steps: list[str] = []
    fetched: set[str] = set()

    def fetch(name: str) -> None:
        steps.append(f"fetch {name}")
        fetched.add(name)

    def load(name: str, device: str) -> Student:
        steps.append(f"load {name}")
        return load_student("mclip", device=device)

    monkeypatch.setattr(registry, "_LOADED", LoadedEncoders(lambda device: 1 << 40))
    monkeypatch.setattr(registry, "_BUILDING", threading.RLock())
    monkeypatch.setattr(registry, "encoder_revision", lambda name: "1" if name in fetched else None)
    monkeypatch.setattr(registry, "_student_files", fetch)
    monkeypatch.setattr(registry, "_published_student", load)
    return steps


def test_going_to_and_fro_between_two_published_students_loads_each_once(
    machine: Path, published: list[str]
) -> None:
    one, two = "M-CLIP/XLM-Roberta-Large-Vit-B-32", "M-CLIP/XLM-Roberta-Large-Vit-L-14"
    for name in (one, two, one, two):
        load_student(name)
    assert published == [f"fetch {one}", f"load {one}", f"fetch {two}", f"load {two}"]


def test_a_download_keeps_nobody_from_loading(
    machine: Path, published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slowly(name: str) -> None:
        started.set()
        assert go_on.wait(60)

    monkeypatch.setattr(registry, "_student_files", slowly)
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(load_student, "M-CLIP/XLM-Roberta-Large-Vit-B-32")
        assert started.wait(60)
        assert pool.submit(load_student, "tomclip").result(60).name == "tomclip"
        go_on.set()
        assert waiting.result(60).name == "mclip"
