"""YAML as people write it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import ConfigError
from tomclip.core.reading import yaml_text
from tomclip.core.reading.yaml_text import parse_yaml


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
        ("{a: 1, b: {c: 1, c: 2}}", "the key 'c' comes twice in line 1"),
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


def test_a_key_of_another_type_is_another_key() -> None:
    assert parse_yaml("{1: a, '1': b}") == {1: "a", "1": "b"}


WORDS = ["no", "Yes", "true", "False", "on", "~", "null", "1", "0.5", "1e-3", "é", "2020-01-01", ""]


@given(
    st.recursive(
        st.sampled_from(WORDS),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
                lambda items: f"{{{', '.join(f'{key}: {value}' for key, value in items.items())}}}"
            ),
        ),
        max_leaves=6,
    )
)
def test_libyaml_reads_what_the_reader_in_python_reads(text: str) -> None:
    try:
        expected = yaml.load(text, Loader=yaml_text._Loader)  # pyright: ignore[reportPrivateUsage]
    except yaml.YAMLError:
        with pytest.raises(ConfigError):
            parse_yaml(text)
    else:
        assert parse_yaml(text) == expected
