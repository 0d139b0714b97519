"""What is said of a language's shape: no more than the tests show."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tomclip.ui.scores.shape_answer import shape_answer


def finding(language: str, dimension: int, p_value: float) -> SimpleNamespace:
    distance = SimpleNamespace(between=(0.5, 0.4, 0.6), other_concepts=0.25)
    return SimpleNamespace(
        language=language,
        homology_dimension=dimension,
        adjusted_p_value=p_value,
        distance=distance,
    )


@pytest.mark.parametrize(
    ("components", "loops", "verdict"),
    [
        (0.001, 0.04, "No. Its components and loops differ from English ones by more than chance."),
        (0.05, 0.9, "Its components and loops cannot be told from English ones."),
        (
            0.2,
            0.01,
            "In part. Its loops differ from English ones by more than chance; its components "
            "cannot be told from them.",
        ),
    ],
)
def test_the_verdict_is_that_of_the_adjusted_p_values(
    components: float, loops: float, verdict: str
) -> None:
    tests = [finding("de", 0, 0.5), finding("ko", 1, loops), finding("ko", 0, components)]
    first, *measured = shape_answer(tests, "ko", encoder="E5").split("\n")  # type: ignore[arg-type]
    assert first == f"**Is Korean's shape in E5 that of English?** {verdict}"
    assert [line.split(":")[0] for line in measured] == ["- Components", "- Loops"]
    said = "0.500 [0.400, 0.600] from English; English samples of other concepts are 0.250 from"
    assert said in measured[0]
