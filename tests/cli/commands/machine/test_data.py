"""`tomclip data`: the list, one benchmark, and the check with its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import refuse, succeed, tomclip
from support.tiny_benchmarks import PICTURES, WRITERS, tiny_benchmark

from tomclip.data import BENCHMARKS


@pytest.fixture(autouse=True)
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TOMCLIP_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_the_list_names_every_benchmark_with_addresses_and_terms(own_data: Path) -> None:
    text = succeed("data")
    assert str(own_data) in text
    for info in BENCHMARKS.values():
        assert info.title in text
        for source in info.sources:
            assert f"{source.path}\n    {source.what}\n" in text
            assert f"from {source.address}; terms: {source.terms}" in text


def test_the_list_says_what_is_here(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_benchmark(monkeypatch, "xtd10", own_data / "xtd10")
    tiny_benchmark(monkeypatch, "xflickr_co", own_data / "xflickr_co")
    (own_data / "xflickr_co/annotations/de/test.jsonl").unlink()
    states = {row["name"]: row["state"] for row in json.loads(succeed("data", "--json"))}
    assert states == {
        "cifar100": "absent",
        "xflickr_co": "incomplete",
        "xtd10": "present",
        "crossmodal_3600": "absent",
        "babel_imagenet": "absent",
    }
    assert "files missing" in succeed("data")


def test_one_benchmark_is_shown_alone() -> None:
    text = succeed("data", "show", "crossmodal_3600")
    assert "captions.jsonl" in text
    assert "quz" in text
    assert "not here" in text
    assert "CIFAR" not in text


@pytest.mark.parametrize("name", WRITERS)
def test_a_whole_benchmark_passes(
    name: str, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_benchmark(monkeypatch, name, own_data / "copy")
    found = json.loads(succeed("data", "check", name, "--directory", own_data / "copy", "--json"))
    assert found["passed"]
    assert found["counts"]["pictures"] == PICTURES[name]
    assert f"{name} is whole" in succeed("data", "check", name, "--directory", own_data / "copy")


def test_a_check_prints_every_fault_and_ends_with_1(
    own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_benchmark(monkeypatch, "xflickr_co", own_data / "xflickr_co")
    (folder / "annotations/de/test.jsonl").unlink()
    (folder / "annotations/ru/test.jsonl").write_bytes(b"\xff\n")
    lost, damaged = sorted((folder / "val2014").glob("*.jpg"))[:2]
    lost.unlink()
    damaged.write_bytes(b"no picture")
    result = tomclip("data", "check", "xflickr_co")
    assert result.exit_code == 1
    assert "missing: annotations/de/test.jsonl" in result.stdout
    assert "ru/test.jsonl line 1 is not UTF-8" in result.stdout
    assert f"1 of 6 pictures are missing: val2014/{lost.name}" in result.stdout
    assert f"{damaged} cannot be read as a picture" in result.stdout
    assert "'tomclip data show xflickr_co'" in result.stdout


def test_a_quick_check_does_not_open_the_pictures(
    own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_benchmark(monkeypatch, "xtd10", own_data / "xtd10")
    next(folder.glob("val2014/*.jpg")).write_bytes(b"no picture")
    assert "xtd10 is whole" in succeed("data", "check", "xtd10", "--quick")
    assert tomclip("data", "check", "xtd10").exit_code == 1


def test_a_folder_that_is_not_there_is_said_to_be(own_data: Path) -> None:
    result = tomclip("data", "check", "cifar100", "--directory", own_data / "typo")
    assert result.exit_code == 1
    assert f"{own_data / 'typo'} does not exist" in result.stdout
    assert "missing: cifar-100-python/test" in result.stdout


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_unknown_benchmark_is_refused(command: str) -> None:
    assert "benchmark is 'imagenet'; use one of cifar100" in refuse("data", command, "imagenet")
