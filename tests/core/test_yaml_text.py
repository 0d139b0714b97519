"""YAML as people write it."""

from __future__ import annotations

import pytest
import yaml

from tomclip.core.errors import ConfigError
from tomclip.core.yaml_text import parse_yaml


def test_no_is_a_word_and_only_true_and_false_are_booleans() -> None:
    assert parse_yaml("[no, NO, off, on, yes, y]") == ["no", "NO", "off", "on", "yes", "y"]
    assert parse_yaml("[true, False, TRUE, ~, 1, 0.5, '1']") == [
        True,
        False,
        True,
        None,
        1,
        0.5,
        "1",
    ]


def test_what_is_dumped_comes_back() -> None:
    values = {"languages": ["no", "en"], "compile": False, "steps": 3, "rate": 1e-3, "name": "on"}
    assert parse_yaml(yaml.safe_dump(values)) == values


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("seed: 1\nname: x\nseed: 2\n", "the key 'seed' comes twice, in line 1 and in line 3"),
        ("loss:\n  a: 1\n  b: 2\n  a: 1\n", "the key 'a' comes twice, in line 2 and in line 4"),
        ("a: [1, 2", "in line 1"),
        ("a: b: c", "in line 1"),
        ("day: 2025-13-45", "month must be in 1..12"),
        ("a\x00b", "special characters are not allowed"),
        ("[" * 3000, "recursion|line 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        parse_yaml(text)


def test_one_key_in_two_mappings_is_no_fault() -> None:
    merged = "a: &x {k: 1}\nb: {<<: *x, l: 2}\nc: {k: 3}\n"
    assert parse_yaml(merged) == {"a": {"k": 1}, "b": {"k": 1, "l": 2}, "c": {"k": 3}}
