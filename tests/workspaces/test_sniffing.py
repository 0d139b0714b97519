"""What columns are taken for, by their heads and values."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.core.languages import known_languages, language_named
from tomclip.workspaces.reading.columns import ROLES, ColumnMapping, parse_changes
from tomclip.workspaces.reading.sampled_columns import PICTURE_SUFFIXES
from tomclip.workspaces.reading.sniffing import sniffed

ONCE = [role for role in ROLES if role not in ("text", "ignore")]
WORDS = st.text("abcdefgh ", min_size=1, max_size=12).filter(str.strip)
VALUES = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-99, 99).map(str),
    st.sampled_from(["en", "ko", "a.png", "x/b.JPG", "Korean", "17", "<b>", "고양이", "猫"]),
)
HEADS = st.one_of(
    st.text(min_size=1, max_size=8),
    st.sampled_from(
        ["id", "en", "ko", "Korean", "한국어", "text", "caption_multi", "lang", "image", "label"]
    ),
)
TABLES = st.lists(HEADS, min_size=1, max_size=6, unique=True).flatmap(
    lambda heads: st.integers(1, 12).flatmap(
        lambda rows: st.fixed_dictionaries(
            {head: st.lists(VALUES, min_size=rows, max_size=rows) for head in heads}
        )
    )
)
CODES = [row.code for row in known_languages() if row.code not in ("id", "no")]


def table_of(columns: dict[str, list[str | None]]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def roles_of(**columns: list[str | None]) -> dict[str, str]:
    return described(sniffed(table_of(columns)))


def described(mapping: ColumnMapping) -> dict[str, str]:
    return {
        use.name: f"{use.role}:{use.language}" if use.role == "text" else use.role
        for use in mapping.uses
    }


@given(TABLES)
def test_every_table_gets_one_use_a_column_and_single_roles_once(
    columns: dict[str, list[str | None]],
) -> None:
    uses = sniffed(table_of(columns)).uses
    assert [use.name for use in uses] == list(columns)
    for role in ONCE:
        assert sum(use.role == role for use in uses) <= 1
    own = [use.language for use in uses if use.role == "text" and use.language]
    assert len(own) == len(set(own))


@given(TABLES)
def test_a_proposal_is_ready_or_says_in_one_sentence_what_to_tell(
    columns: dict[str, list[str | None]],
) -> None:
    sentence = ""
    try:
        sniffed(table_of(columns)).require_ready()
    except InputError as error:
        sentence = str(error)
    to_tell = ("holds text", "is not told", "in the language of the row")
    assert not sentence or any(words in sentence for words in to_tell)


@given(
    st.lists(st.sampled_from(CODES), min_size=2, max_size=5, unique=True),
    st.sampled_from(["{}", "caption_{}", "{}_text", "Text ({})"]),
    st.lists(WORDS, min_size=1, max_size=6),
    st.booleans(),
)
def test_heads_of_languages_are_found_however_they_are_written(
    codes: list[str], form: str, words: list[str], by_name: bool
) -> None:
    names = {row.code: row.name for row in known_languages()}
    heads = {form.format(names[code] if by_name else code): code for code in codes}
    if any(" " in head for head in heads) and form != "{}" and by_name:
        heads = {head: code for head, code in heads.items() if " " not in names[code]}
    found = described(sniffed(table_of({head: list(words) for head in heads})))
    assert found == {head: f"text:{code}" for head, code in heads.items()}


@given(
    st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=9),
    st.sampled_from(PICTURE_SUFFIXES),
)
def test_names_of_pictures_are_found_under_any_head(stems: list[str], suffix: str) -> None:
    found = roles_of(id=[str(n) for n, _ in enumerate(stems)], q=[s + suffix for s in stems])
    assert found == {"id": "item", "q": "picture"}


@given(st.permutations(["nr", "lang", "sentence", "file", "kind"]))
def test_the_order_of_columns_changes_nothing(order: list[str]) -> None:
    columns: dict[str, list[str | None]] = {
        "nr": ["1", "1", "2", "2"],
        "lang": ["en", "Korean", "en", "ko-KR"],
        "sentence": ["a cat", "고양이", "a dog", "개"],
        "file": ["a.png", "a.png", "b.png", "b.png"],
        "kind": ["pet", "pet", "pet", "pet"],
    }
    found = roles_of(**{name: columns[name] for name in order})
    assert found["nr"] == "item"
    assert found["lang"] == "language"
    assert found["sentence"] == "text:"
    assert found["file"] == "picture"


def test_the_form_that_training_reads_is_known() -> None:
    found = roles_of(
        caption=["a cat", "a dog"],
        caption_multi=["고양이", "犬"],
        multi_language_code=["ko", "ja"],
    )
    assert found == {
        "caption": "text:en",
        "caption_multi": "text:",
        "multi_language_code": "language",
    }


def test_id_is_indonesian_only_among_other_languages() -> None:
    words: list[str | None] = ["seekor kucing", "seekor anjing"]
    english: list[str | None] = ["a cat", "a dog"]
    assert roles_of(id=["a 1", "b 2"], en=english, ko=["고양이", "개"])["id"] == "item"
    beside = roles_of(key=["x1", "x2"], en=english, ko=["고양이", "개"], id=words)
    assert beside["id"] == "text:id"
    assert beside["key"] == "item"


def test_a_script_of_one_language_tells_it_and_is_marked_as_a_guess() -> None:
    mapping = sniffed(table_of({"id": ["1", "2"], "words": ["고양이가 잔다", "개가 짖는다"]}))
    use = mapping.uses[1]
    assert (use.role, use.language, use.guessed) == ("text", "ko", True)


def test_few_values_again_and_again_are_a_label() -> None:
    found = roles_of(en=[f"a cat {n}" for n in range(12)], zz=["wild", "tame", "shy"] * 4)
    assert found == {"en": "text:en", "zz": "label"}


def test_a_list_of_numbers_is_a_vector() -> None:
    table = pa.table({"name": ["a cat", "a dog"], "e": [[1.0, 2.0], [3.0, 4.0]]})
    assert described(sniffed(table))["e"] == "vector"


def test_changes_are_written_as_column_role_and_language() -> None:
    written = ["nr=item", "a=b=text:ko", "t=text"]
    assert parse_changes(written) == {
        "nr": ("item", ""),
        "a=b": ("text", "ko"),
        "t": ("text", ""),
    }
    for wrong in ("nr", "=item"):
        with pytest.raises(InputError, match="names no role"):
            parse_changes([wrong])


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("ko", "ko"),
        ("zh-CN", "zh"),
        ("한국어", "ko"),
        ("KOREAN", "ko"),
        ("fil", "fil"),
        ("cat", None),
        ("dog", None),
        ("score", None),
        ("", None),
    ],
)
def test_a_language_is_named_by_code_or_name_and_not_by_any_word(
    head: str, code: str | None
) -> None:
    assert language_named(head) == code
