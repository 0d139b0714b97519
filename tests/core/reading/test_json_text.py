"""JSON that people edit by hand: what is read, and what is refused in one sentence."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import AssetError, InputError, RunError
from tomclip.core.reading.json_lines import read_records
from tomclip.core.reading.json_text import (
    json_if_there,
    parse_json,
    read_json,
    read_json_object,
)
from tomclip.encoders.student.settings import read_settings
from tomclip.runs.records import read_notes

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
DAMAGES = [
    (b"", r"is not JSON \(it is empty\)"),
    (b'{"a": 1,\n "b" 2}', r"is not JSON \(expecting ':' delimiter in line 2\)"),
    (b'{"name": "a", "b": {"tags": 1, "tags": 2}}', "has the key 'tags' twice"),
    (b'{"a": NaN}', "holds NaN, which is no number of JSON"),
    (b"[-Infinity]", "holds -Infinity, which is no number of JSON"),
    (b"[1, 2.5e999]", r"holds 2.5e999, which is too large a number"),
    (b"[" * 100_000, "is nested too deeply"),
]


@given(VALUES)
def test_what_was_written_comes_back(values: object) -> None:
    assert parse_json(json.dumps(values)) == values
    assert parse_json(json.dumps(values, ensure_ascii=False, indent=1)) == values


@pytest.mark.parametrize(("content", "reason"), DAMAGES)
def test_damage_is_named_with_the_file_and_what_to_do(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "values.json"
    path.write_bytes(content)
    with pytest.raises(RunError, match=rf"values.json is damaged: it .*{reason}.*; mend it$"):
        read_json(path, refusal=RunError, advice="mend it")


def test_a_byte_order_mark_is_dropped_and_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_text('{"이름": 1}', encoding="utf-8-sig")
    assert read_json(path) == {"이름": 1}
    path.write_text('{"이름": 1}', encoding="utf-16")
    with pytest.raises(AssetError, match=r"values.json line 1 .*UTF-16"):
        read_json(path, refusal=AssetError)


def test_a_missing_file_is_told_apart_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"values.json is missing; get it again"):
        read_json(tmp_path / "values.json")
    assert json_if_there(tmp_path / "values.json") is None
    with pytest.raises(InputError, match=r"is damaged: it cannot be read \(Is a directory\)"):
        json_if_there(tmp_path)


def test_a_list_is_no_object(tmp_path: Path) -> None:
    (tmp_path / "values.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(InputError, match="is damaged: it holds no JSON object; get it again"):
        read_json_object(tmp_path / "values.json")


def test_a_line_whose_key_comes_twice_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "captions.jsonl"
    path.write_text('{"text": "a"}\n{"text": "a", "text": "b"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"captions.jsonl line 2 has the key 'text' twice"):
        list(read_records(path))


def test_notes_from_an_editor_that_writes_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    notes = {"name": "küche", "tags": ["a"], "notes": "", "pinned": True}
    (tmp_path / "notes.json").write_text(json.dumps(notes), encoding="utf-8-sig")
    assert read_notes(tmp_path).name == "küche"
    (tmp_path / "notes.json").write_text('{"name": "a", "name": "b"}', encoding="utf-8")
    with pytest.raises(RunError, match=r"notes.json is damaged: it has the key 'name' twice; mend"):
        read_notes(tmp_path)


def test_a_student_whose_description_says_a_thing_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "student.json").write_text('{"dimension": 4, "dimension": 5}', encoding="utf-8")
    with pytest.raises(AssetError, match=r"student.json is damaged: .*'dimension' twice; restore"):
        read_settings(tmp_path)


@given(st.floats())
def test_every_finite_float_is_exact_and_no_other_is_read(number: float) -> None:
    if math.isfinite(number):
        assert parse_json(json.dumps(number)) == number
    else:
        with pytest.raises(InputError, match="no number of JSON"):
            parse_json(json.dumps(number))
