"""Is a language's shape that of English? The answer in words, with distances and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tomclip.data import language as known_language
from tomclip.figures.topology.significance import p_value_text

if TYPE_CHECKING:
    from tomclip.topology import LanguageTest

LEVEL = 0.05
KINDS: Mapping[int, str] = {0: "components", 1: "loops"}


def shape_answer(
    tests: Sequence[LanguageTest], language: str, *, encoder: str, reference: str = "English"
) -> str:
    """Returns, in Markdown, whether a language's shape is that of English, and how far it is.

    Args:
        tests: of `language_difference_tests` against English, of this language and others.
        language: code of the language that is asked for.
        encoder: its shown title.
        reference: name of the language that it was tested against, where that is not English.
    """
    asked = sorted(
        (test for test in tests if test.language == language),
        key=lambda test: test.homology_dimension,
    )
    lines = [f"**Is {known_language(language).name}'s shape in {encoder} that of {reference}?**"]
    lines[0] += f" {_verdict(asked, reference)}"
    return "\n".join([*lines, *(_measured(test, reference) for test in asked)])


def _verdict(tests: Sequence[LanguageTest], reference: str) -> str:
    differ = [KINDS[t.homology_dimension] for t in tests if t.adjusted_p_value < LEVEL]
    alike = [KINDS[t.homology_dimension] for t in tests if t.adjusted_p_value >= LEVEL]
    if not differ:
        return f"Its {' and '.join(alike)} cannot be told from {reference} ones."
    told = f"Its {' and '.join(differ)} differ from {reference} ones by more than chance"
    more = f"; its {' and '.join(alike)} cannot be told from them" if alike else ""
    return f"{'In part' if alike else 'No'}. {told}{more}."


def _measured(test: LanguageTest, reference: str) -> str:
    (value, low, high), other = test.distance.between, test.distance.other_concepts
    return (
        f"- {KINDS[test.homology_dimension].capitalize()}: {value:.3f} [{low:.3f}, {high:.3f}] from"
        f" {reference}; {reference} samples of other concepts are {other:.3f} from each other"
        f" ({p_value_text(test.adjusted_p_value)})"
    )
