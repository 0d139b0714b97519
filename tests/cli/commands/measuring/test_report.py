"""The report of a comparison: what its page says, that it is whole, and that it asks nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.command_line import refuse, succeed
from support.emoji_doubles import CODES, EncoderDoubles
from support.html_page import Page

from tomclip.core.formatting import decimal
from tomclip.evaluation import compare, emoji_task, evaluate, paired_difference_interval
from tomclip.evaluation.metrics.bootstrap import SAMPLES

LANGUAGES = ",".join(CODES)
PAIR = ("report", "--baseline", "baseline", "--encoder", "better", "--languages", LANGUAGES)
HOSTILE = '</script><img src=x onerror="alert(1)"> & <b>Bold</b>'


@pytest.fixture
def written(doubles: EncoderDoubles, tmp_path: Path) -> str:
    """Returns the report of two doubles, the title of one of them being hostile."""
    doubles.titles["better"] = HOSTILE
    target = tmp_path / "out" / "report.html"
    assert str(target) in succeed(*PAIR, "--output", target)
    return target.read_text(encoding="utf-8")


@pytest.fixture
def page(written: str) -> Page:
    return Page(written)


def test_the_verdict_comes_first_with_the_numbers_of_the_library(page: Page) -> None:
    (verdict,) = page.texts["verdict"]
    reports = [evaluate(name, emoji_task(), languages=CODES) for name in ("better", "baseline")]
    better, baseline = (report.hits("zero_shot")[:, 0] for report in reports)
    low, high = paired_difference_interval(better, baseline, seed=0)
    found = ", ".join(decimal(value, 1, signed=True) for value in (low, high))
    top_1 = reports[0].score("zero_shot_top1").value
    assert verdict.startswith("On 40 concepts, ")
    assert f"{HOSTILE} is right most often ({top_1:.1f} %" in verdict
    gain = f"over baseline [{found}], a gain that the choice of concepts does not explain"
    assert gain in verdict
    assert page.tags.index("p") < page.tags.index("section")


def test_tables_hold_the_comparison_s_numbers(page: Page) -> None:
    table = compare("baseline", ["better"], emoji_task(), languages=CODES)
    rows = page.tables[f"{HOSTILE} minus baseline, difference [95 % interval]"]
    column = rows[0].index("zero-shot top-1, points")
    named = {"Korean": "ko", "German": "de", "English": "en", "Mean": "mean"}
    assert {row[0] for row in rows[1:]} == set(named)
    wanted = table[table["name"] == "zero_shot_top1"].set_index("language")
    for first, *rest in rows[1:]:
        row = wanted.loc[named[first]]
        texts = (f"{row[name]:+.1f}" for name in ("difference", "ci_low", "ci_high"))
        value, low, high = (re.sub(r"^[+-]?0\.0$", "0.0", text) for text in texts)
        assert rest[column - 1] == f"{value} [{low}, {high}]"
    tests = page.tables[
        f"{HOSTILE} against baseline, p of McNemar's exact test, adjusted over the languages (Holm)"
    ]
    for first, value, *_ in tests[1:]:
        assert value == f"{wanted.loc[named[first]]['adjusted_p_value']:.2g}"


def test_scores_stand_by_language_with_a_column_per_encoder(page: Page) -> None:
    rows = page.tables["Zero-shot top-1, % [95 % interval]; higher is better"]
    assert rows[0] == ["language", "baseline", HOSTILE]
    score = evaluate("better", emoji_task(), languages=CODES).score("zero_shot_top1", "ko")
    korean = next(row for row in rows if row[0] == "Korean")
    assert korean[2] == f"{score.value:.1f} [{score.ci_low:.1f}, {score.ci_high:.1f}]"


def test_it_asks_nobody_and_holds_plotly_once(written: str, page: Page) -> None:
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert "img" not in page.tags
    assert written.count("default-src 'none'") == 1
    libraries = [script for script in page.scripts if len(script) > 1_000_000]
    assert len(libraries) == 1
    assert page.tags.count("figure") == 4
    assert "@import" not in "".join(page.texts["style"])


def test_every_figure_has_a_caption_and_what_it_says_aloud(written: str, page: Page) -> None:
    captions = page.texts["figcaption"]
    assert [text.split(",")[0].strip() for text in captions] == [
        *("Zero-shot top-1",) * 2,
        *("Wasserstein distance",) * 2,
    ]
    assert "the dotted line is chance" in captions[0]
    assert "difference to baseline by language" in captions[1]
    assert re.findall(r"Figure (\d)\.</b>", written) == list("1234")
    assert written.count("<figure aria-label=") == 4


def test_weights_settings_versions_and_the_command_are_told(page: Page, tmp_path: Path) -> None:
    encoders = page.tables["Encoders"]
    assert encoders[1][:3] == ["baseline", "baseline", "baseline"]
    assert encoders[2][:2] == [HOSTILE, "better"]
    assert encoders[1][3] == "files files of baselin, image commit of the teacher"
    settings = dict(row[:2] for row in page.tables["Settings"][1:])
    assert settings["languages"] == "en, ko, de"
    assert settings["seed"] == "0"
    versions = dict(row[:2] for row in page.tables["Versions"][1:])
    assert {"numpy", "torch", "this report"} <= set(versions)
    (command,) = (text for text in page.texts["code"] if text)
    assert command == (
        "tomclip report --baseline baseline --encoder better --data emoji "
        f"--languages {LANGUAGES} --output {tmp_path / 'out' / 'report.html'}"
    )


def test_the_licence_of_an_encoder_that_names_none_is_its_page_s(page: Page) -> None:
    rows = page.tables["Of data, pictures and encoders"][1:]
    assert rows[-1] == [f"encoder {HOSTILE}", "better", "as the model's own page says"]


def test_captions_tell_n_the_resamples_and_the_direction(page: Page) -> None:
    share, difference, shape, _ = page.texts["figcaption"]
    assert ", %, higher is better" in share
    assert all("n = 40 concepts." in text for text in (share, difference, shape))
    assert f"over {SAMPLES:,} resamples of the concepts" in share
    assert "in percentage points" in difference
    assert "cosine distance, lower is better" in shape
    assert "A shape has no interval here" in shape


def test_a_score_that_equals_another_everywhere_is_told_once(page: Page) -> None:
    titles = [title for title in page.tables if "recall" in title or "top-1" in title]
    assert titles[0].startswith("Zero-shot top-1")
    assert not any(title.startswith("Picture → text recall@1") for title in titles)
    assert any(
        text.startswith("Picture → text recall@1 is left out") for text in page.texts["note"]
    )


def test_the_command_in_it_writes_the_same_numbers(page: Page, tmp_path: Path) -> None:
    command = next(text for text in page.texts["code"] if text).split()
    succeed(*command[1:], "--force")
    again = Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert again.tables == page.tables
    assert again.texts["verdict"] == page.texts["verdict"]


@pytest.mark.usefixtures("doubles")
def test_what_is_asked_is_what_is_told(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    succeed(*PAIR, "--subset", "unseen", "--no-shape", "--output", target)
    page = Page(target.read_text(encoding="utf-8"))
    assert page.texts["verdict"][0].startswith("On 14 concepts unseen by the students, better is")
    assert "shape of English" not in page.texts["verdict"][0]
    assert page.tags.count("figure") == 2
    assert "--subset unseen" in page.texts["code"][0]
    assert "--no-shape" in page.texts["code"][0]


@pytest.mark.usefixtures("doubles")
def test_several_encoders_have_a_title_each(doubles: EncoderDoubles, tmp_path: Path) -> None:
    doubles.titles.update(better="Same", teacher="Same")
    target = tmp_path / "report.html"
    succeed(*PAIR, "--encoder", "teacher", "--no-shape", "--output", target)
    page = Page(target.read_text(encoding="utf-8"))
    assert page.texts["h1"] == ["Same (better), Same (teacher) against baseline"]
    assert len(page.texts["li"]) == 2


def test_an_encoder_that_comes_twice_is_refused_before_any_work(
    doubles: EncoderDoubles, tmp_path: Path
) -> None:
    target = tmp_path / "report.html"
    assert "'better' came twice" in refuse(*PAIR, "--encoder", "better", "--output", target)
    assert not doubles.calls
    assert not target.exists()


def test_another_ending_is_refused(doubles: EncoderDoubles, tmp_path: Path) -> None:
    assert "does not end in .html or .pdf or .ipynb" in refuse(
        *PAIR, "--output", tmp_path / "report.txt"
    )
    assert not doubles.calls


@pytest.mark.usefixtures("doubles")
def test_a_dash_is_standard_output() -> None:
    output = succeed(*PAIR, "--no-shape", "--output", "-")
    assert output.startswith("<!doctype html>")
    assert output.endswith("</html>")
    assert Page(output).texts["verdict"]


def test_what_the_figures_say_is_data_of_their_script(page: Page) -> None:
    drawn = next(script for script in page.scripts if '"figure-1"' in script)
    assert "<img" not in drawn
    assert "&lt;img" in drawn
