"""xFlickr&CO, XTD10 and Crossmodal-3600 from files in their official formats."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support.tiny_benchmarks import PICTURES, expect_tiny, tiny_benchmark

from tomclip.core.errors import InputError
from tomclip.data import (
    BENCHMARKS,
    PictureFiles,
    RetrievalBenchmark,
    check_benchmark,
    load_benchmark,
)

NAMES = ("xflickr_co", "xtd10", "crossmodal_3600")
CAPTION_FILES = {
    "xflickr_co": "annotations/de/test.jsonl",
    "xtd10": "MIC/test_1kcaptions_de.txt",
    "crossmodal_3600": "captions.jsonl",
}
Write = Callable[[str], Path]


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    return lambda name: tiny_benchmark(monkeypatch, name, tmp_path / name)


def loaded(name: str, folder: Path, languages: tuple[str, ...] | None = None) -> RetrievalBenchmark:
    benchmark = load_benchmark(name, folder, languages=languages)
    assert isinstance(benchmark, RetrievalBenchmark)
    return benchmark


def change(path: Path, edit: Callable[[list[str]], list[str]]) -> None:
    """Replaces the lines of a caption file by what `edit` makes of them."""
    lines = edit(path.read_text(encoding="utf-8").splitlines())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def refusal(name: str, folder: Path) -> str:
    """Returns the sentence that loading raises, which the check must say as well."""
    with pytest.raises(InputError) as refused:
        load_benchmark(name, folder)
    check = check_benchmark(name, folder)
    assert not check.passed
    assert str(refused.value) in check.findings.problems
    return str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_every_language_describes_every_picture(name: str, write: Write) -> None:
    benchmark = loaded(name, write(name))
    assert len(benchmark) == PICTURES[name] == len(benchmark.pictures)
    assert benchmark.languages == BENCHMARKS[name].languages
    for code, captions in benchmark.captions.items():
        described = dict.fromkeys(caption.picture_id for caption in captions)
        assert tuple(described) == benchmark.picture_ids
        assert len({caption.id for caption in captions}) == len(captions)
        assert all(
            caption.text.startswith(f"{'jp' if name == 'xtd10' and code == 'ja' else code} ")
            for caption in captions
        )


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_opened_when_asked_for(name: str, write: Write) -> None:
    pictures = loaded(name, write(name)).pictures
    assert isinstance(pictures, PictureFiles)
    assert pictures[len(pictures) - 1].size == (32, 24)


def test_flickr_and_coco_pictures_lie_in_their_own_folders(write: Write) -> None:
    pictures = loaded("xflickr_co", write("xflickr_co")).pictures
    assert isinstance(pictures, PictureFiles)
    assert [path.parent.name for path in pictures.paths] == ["flickr30k-images"] * 3 + [
        "val2014"
    ] * 3


def test_all_captions_of_a_picture_are_kept(write: Write) -> None:
    benchmark = loaded("crossmodal_3600", write("crossmodal_3600"))
    first = [c for c in benchmark.captions["quz"] if c.picture_id == benchmark.picture_ids[0]]
    assert [caption.text.split(" of ")[0] for caption in first] == ["quz text 0", "quz text 1"]


def test_xtd10_files_are_found_beside_each_other_too(write: Write) -> None:
    folder = write("xtd10")
    for path in [*folder.glob("MIC/*.txt"), *folder.glob("XTD10/*.txt")]:
        path.rename(folder / path.name)
    assert loaded("xtd10", folder).captions["fr"][2].text == "fr text 2"


def test_chosen_languages_need_only_their_own_files(write: Write) -> None:
    folder = write("xflickr_co")
    (folder / "annotations/ja/test.jsonl").unlink()
    assert loaded("xflickr_co", folder, ("de", "en")).languages == ("de", "en")
    with pytest.raises(InputError, match=r"annotations/ja/test.jsonl is missing"):
        load_benchmark("xflickr_co", folder)


def test_a_language_in_another_order_is_put_in_the_order_of_the_pictures(write: Write) -> None:
    folder = write("xflickr_co")
    change(folder / "annotations/tr/test.jsonl", lambda lines: lines[::-1])
    benchmark = loaded("xflickr_co", folder)
    assert [caption.text for caption in benchmark.captions["tr"]] == [
        f"tr text {n}" for n in range(6)
    ]


def test_an_empty_caption_of_the_release_is_kept_and_noted(write: Write) -> None:
    folder = write("xflickr_co")
    path = folder / "annotations/de/test.jsonl"
    change(path, lambda lines: [lines[0].replace("de text 0", ""), *lines[1:]])
    assert loaded("xflickr_co", folder).captions["de"][0].text == ""
    check = check_benchmark("xflickr_co", folder)
    assert check.passed
    assert check.findings.notes == (
        "1 captions in 'de' are empty; they are kept, as in the release",
    )


@pytest.mark.parametrize("name", NAMES)
def test_missing_pictures_stop_loading_with_their_names(name: str, write: Write) -> None:
    folder = write(name)
    lost = sorted(folder.rglob("*.jpg"))[:2]
    for path in lost:
        path.unlink()
    with pytest.raises(InputError, match=rf"2 of {PICTURES[name]} pictures are missing") as refused:
        load_benchmark(name, folder)
    problem = check_benchmark(name, folder).findings.problems[0]
    for path in lost:
        assert path.relative_to(folder).as_posix() in str(refused.value)
        assert path.relative_to(folder).as_posix() in problem


def test_of_many_missing_pictures_five_are_named_and_all_are_counted(write: Write) -> None:
    folder = write("xflickr_co")
    for path in folder.rglob("*.jpg"):
        path.unlink()
    with pytest.raises(InputError, match="6 of 6 pictures are missing") as refused:
        load_benchmark("xflickr_co", folder)
    assert str(refused.value).count(".jpg") == 5
    assert "and 1 more" in str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_picture_folder_is_named(name: str, write: Write) -> None:
    folder = write(name)
    home = folder / BENCHMARKS[name].reader.picture_folders[0]  # type: ignore[attr-defined]
    home.rename(folder / "elsewhere")
    with pytest.raises(InputError, match=rf"is not whole in .*{home.name}/ is missing"):
        load_benchmark(name, folder)
    assert check_benchmark(name, folder).missing == (f"{home.name}/",)


@pytest.mark.parametrize("name", NAMES)
def test_a_line_in_another_encoding_is_named(name: str, write: Write) -> None:
    folder = write(name)
    path = folder / CAPTION_FILES[name]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(
        lines[0] + lines[1].replace(b"text", "tëxt".encode("latin1")) + b"".join(lines[2:])
    )
    assert f"{path} line 2 is not UTF-8 (byte 0xeb)" in refusal(name, folder)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("xflickr_co", "sentences"),
        ("xflickr_co", "img_path"),
        ("crossmodal_3600", "image/key"),
        ("crossmodal_3600", "de"),
    ],
)
def test_a_missing_column_is_named_with_its_line(name: str, column: str, write: Write) -> None:
    folder = write(name)
    path = folder / CAPTION_FILES[name]

    def drop(lines: list[str]) -> list[str]:
        record = json.loads(lines[2])
        del record[column]
        return [*lines[:2], json.dumps(record), *lines[3:]]

    change(path, drop)
    sentence = refusal(name, folder)
    assert f"{path} line 3 has no" in sentence
    assert repr(column) in sentence


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_comes_twice_is_named(name: str, write: Write) -> None:
    folder = write(name)
    path = folder / ("XTD10/test_image_names.txt" if name == "xtd10" else CAPTION_FILES[name])
    change(path, lambda lines: [lines[0], lines[0], *lines[2:]])
    assert "line 2: the id" in refusal(name, folder)


@pytest.mark.parametrize("name", ["xflickr_co", "crossmodal_3600"])
def test_a_file_that_was_cut_off_is_refused(name: str, write: Write) -> None:
    folder = write(name)
    path = folder / CAPTION_FILES[name]
    path.write_bytes(path.read_bytes()[:-20])
    assert re.search(r"is not JSON \(.*\); the file is damaged or cut off", refusal(name, folder))


def test_captions_that_do_not_match_the_pictures_in_number_are_refused(write: Write) -> None:
    folder = write("xtd10")
    change(folder / "STAIR/test_1kcaptions_jp.txt", lambda lines: lines[:-1])
    assert "has 4 captions for the 5 pictures" in refusal("xtd10", folder)


def test_a_language_that_leaves_pictures_out_is_refused(write: Write) -> None:
    folder = write("xflickr_co")
    change(folder / "annotations/zh/test.jsonl", lambda lines: lines[:-1])
    with pytest.raises(InputError, match=r"without a caption in 'zh'.*000000215245"):
        load_benchmark("xflickr_co", folder)
    problems = " ".join(check_benchmark("xflickr_co", folder).findings.problems)
    assert "'zh' describe 5 pictures where the release has 6" in problems
    assert "leave out 1 pictures" in problems


@pytest.mark.parametrize("name", NAMES)
def test_part_of_a_release_is_not_passed_off_as_all(
    name: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(name)
    expect_tiny(monkeypatch, name, folder, pictures=1000)
    with pytest.raises(InputError, match=rf"has 1000 pictures and .* holds {PICTURES[name]}"):
        load_benchmark(name, folder)
    assert not check_benchmark(name, folder).passed


@pytest.mark.parametrize("name", NAMES)
def test_a_language_that_is_not_in_the_release_is_refused(name: str, write: Write) -> None:
    with pytest.raises(InputError, match="is not in 'xx'; use one of"):
        load_benchmark(name, write(name), languages=("xx",))
