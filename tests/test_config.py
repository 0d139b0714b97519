"""Configurations are refused with one sentence that names the key and what is accepted."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from support.checkout import RECIPE

from tomclip.config import (
    LOSS_WEIGHTS,
    LossConfig,
    config_to_dict,
    load_config,
    loss_weights,
    parse_config,
    with_loss_weights,
)
from tomclip.core.errors import ConfigError
from tomclip.core.languages import LANGUAGES
from tomclip.core.paths import project_directory


@pytest.mark.parametrize("path", sorted((project_directory() / "configs").glob("*.yaml")), ids=str)
def test_every_named_recipe_is_accepted(path):
    assert load_config(path).name


WEIGHTS = {
    "mclip": (0.0, 0.0),
    "tomclip_dm": (0.01, 0.0),
    "tomclip_ta": (0.0, 0.01),
    "tomclip": (0.01, 0.01),
    "tomclip_exact": (0.01, 0.01),
}


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(
    ("size", "pairs", "epochs", "patience"),
    [("low_resource", 15_000, 500, 20), ("full", 1_995_000, 100, 5)],
)
def test_the_recipes_of_the_paper_have_its_settings(name, size, pairs, epochs, patience):
    config = load_config(project_directory() / "configs" / f"{name}_{size}.yaml")
    batches = math.ceil(pairs / 256)
    assert config.name == f"{name}_{size}"
    assert (config.data.pairs, config.data.validation_pairs) == (pairs, 5000)
    assert (config.optimiser.batch_size, config.optimiser.steps) == (256, epochs * batches)
    assert (config.validation.every_steps, config.validation.patience) == (batches, patience)
    assert (config.loss.distance_matrix_weight, config.loss.h0_weight) == WEIGHTS[name]
    assert config.loss.recipe == ("exact" if name == "tomclip_exact" else "paper")
    assert (config.loss.pointwise_weight, config.loss.h1_weight) == (1.0, 0.0)
    optimiser = config.optimiser
    assert (optimiser.learning_rate, optimiser.weight_decay) == (1e-5, 0.01)
    assert (optimiser.warmup_steps, optimiser.schedule) == (1000, "constant")
    assert (config.student.backbone, config.student.max_tokens) == ("xlm-roberta-large", 77)
    assert (config.teacher, config.data.languages) == ("ViT-B-32/openai", ())


def test_captions_are_read_in_all_their_languages_unless_some_are_listed():
    of_file = {"source": "captions", "captions": "pairs.csv"}
    assert parse_config({"data": of_file}).data.languages == ()
    config = parse_config({"data": {**of_file, "languages": ["sw", "quz"]}})
    assert config.data.languages == ("sw", "quz")
    assert parse_config(config_to_dict(config)) == config
    assert parse_config({"data": {}}).data.languages == LANGUAGES


def test_a_configuration_survives_the_round_trip():
    config = parse_config({"name": "x", "loss": {"h0_weight": 0.5}, "data": {"share": 0.25}})
    assert parse_config(config_to_dict(config)) == config


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"optimizer": {}}, "optimizer: is not a known key"),
        ({"loss": {"h0_weigth": 1}}, "loss.h0_weigth: is not a known key"),
        ({"loss": {"h0_weight": -1}}, "loss.h0_weight: .* greater than or equal to 0"),
        ({"loss": {"h1_points": 2}}, "loss.h1_points: .* greater than or equal to 3"),
        ({"loss": {"pointwise_weight": 0}}, "all four loss weights are 0"),
        ({"loss": {"recipe": "magic"}}, "'paper', 'exact', 'edges', .* 'moments' or 'consistency'"),
        ({"data": {"languages": ["xx"]}}, "languages are xx; use each at most once, from en"),
        ({"data": {"languages": []}}, "languages are empty"),
        ({"data": {"share": 1.5}}, "data.share: .* less than or equal to 1"),
        ({"data": {"share": 0}}, "data.share: .* greater than 0"),
        ({"data": {"source": "captions"}}, "captions names none; name a file"),
        ({"data": {"captions": "x.csv"}}, "captions is 'x.csv', which source 'emoji' does not"),
        ({"data": {"pairs": 9}}, "pairs is 9, which source 'emoji' does not read"),
        ({"data": {"source": "captions", "captions": "x", "share": 0.5}}, "share is 0.5, which"),
        ({"data": {"source": "captions", "captions": "x", "pairs": 3}}, "data.pairs: .* 4"),
        (
            {"data": {"source": "captions", "captions": "x", "languages": ["sw", "sw"]}},
            "languages are sw, sw; use each at most once, from the captions' languages",
        ),
        ({"student": {"start_from": "mclip", "backbone": "x"}}, "'mclip' and backbone 'x'; leave"),
        (
            {"student": {"start_from": "x", "trainable": "top:0"}},
            "trainable is 'top:0'; use all, head",
        ),
        (
            {"student": {"trainable": "head"}},
            "trainable is 'head', but the student starts from noth",
        ),
        ({"student": {"head": "ridge"}}, "head is 'ridge', but the student starts from nothing"),
        (
            {"student": {"start_from": "x", "trainable": "head", "words": "trained"}},
            "words is 'trained', but trainable 'head' freezes all below it",
        ),
        (
            {
                "student": {"start_from": "x", "trainable": "top:2"},
                "optimiser": {"compile": True},
            },
            "optimiser.compile is on, but with student.trainable 'top:2'",
        ),
        ({"optimiser": {"accumulation": 0}}, "optimiser.accumulation: .* 1"),
        ({"optimiser": {"accumulation": 9, "batch_size": 8}}, "9 is more than batch_size 8"),
        ({"student": {"hidden_size": 30, "heads": 4}}, "30 is not a multiple of heads 4"),
        ({"optimiser": {"steps": "many"}}, "optimiser.steps: .* integer"),
        ({"name": " "}, "name: use 1 to 80 characters"),
        ({"name": "two\nlines"}, "write it on one line"),
        ({"name": "two\u2028lines"}, "write it on one line"),
        ({"name": " \u200b"}, "which shows nothing; write a name"),
        (
            {"optimiser": {"learning_rate": 1e6}},
            "learning_rate: use a number less than or equal to 1",
        ),
        ({"optimiser": {"batch_size": 1}}, "batch_size: use a number greater than or equal to 4"),
        ({"tracking": "paper"}, "tracking: .* 'none', 'tensorboard'"),
        ({"schema_version": 9}, "schema_version: "),
    ],
)
def test_a_wrong_value_is_one_sentence(values, words):
    with pytest.raises(ConfigError, match=words):
        parse_config(values)


def test_files_that_are_no_configuration_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        load_config(tmp_path / "none.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(ConfigError, match="holds list"):
        load_config(tmp_path / "list.yaml")
    (tmp_path / "broken.yaml").write_text("a: [")
    with pytest.raises(ConfigError, match="not a YAML file"):
        load_config(tmp_path / "broken.yaml")


def test_some_weights_change_and_everything_else_stays():
    before = LossConfig(recipe="paper", h0_weight=0.5)
    after = with_loss_weights(before, {"h0_weight": 2, "pointwise_weight": 0.0})
    assert loss_weights(after) == dict(zip(LOSS_WEIGHTS, (0.0, 0.0, 2.0, 0.0), strict=True))
    assert after.recipe == "paper"
    assert with_loss_weights(before, {}) == before


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"temperature": 1.0}, "temperature is no weight; use pointwise_weight, "),
        ({"h0_weight": float("inf")}, "h0_weight: .* less than or equal to 10000"),
        ({"h0_weight": "much"}, "h0_weight: .* number"),
        ({"pointwise_weight": 0.0}, "all four loss weights are 0"),
    ],
)
def test_a_weight_that_cannot_be_used_is_one_sentence(weights, words):
    with pytest.raises(ConfigError, match=words):
        with_loss_weights(LossConfig(), weights)


@pytest.mark.parametrize("text", ["[zh-CN, en_US]", "[zh, en]", "[zh_Hans, en]"])
def test_languages_are_tags(text, tmp_path):
    (tmp_path / "a.yaml").write_text(f"data:\n  languages: {text}\n")
    assert load_config(tmp_path / "a.yaml").data.languages == ("zh", "en")


def test_a_bare_no_is_norwegian_and_a_switch_that_is_off(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "data: {source: captions, captions: x.csv, languages: [no, nb-NO, de]}\n"
    )
    with pytest.raises(ConfigError, match="languages are no, no, de; use each at most once"):
        load_config(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text(
        "data: {source: captions, captions: x.csv, languages: [no, de]}\n"
        "optimiser: {compile: no, gradient_checkpointing: yes}\n"
    )
    config = load_config(tmp_path / "a.yaml")
    assert config.data.languages == ("no", "de")
    assert (config.optimiser.compile, config.optimiser.gradient_checkpointing) == (False, True)
    values = {"data": {"source": "captions", "captions": "x.csv", "languages": [False]}}
    with pytest.raises(ConfigError, match=r"data\.languages\.0: language is false, as YAML reads"):
        parse_config(values)


@pytest.mark.parametrize("code", ["jp", "xx", "korean"])
def test_codes_of_captions_are_languages(code):
    values = {"data": {"source": "captions", "captions": "x.csv", "languages": [code]}}
    with pytest.raises(ConfigError, match=f"languages are {code}; use each at most once"):
        parse_config(values)


def test_a_key_that_comes_twice_and_another_encoding_are_named(tmp_path):
    (tmp_path / "a.yaml").write_text("seed: 1\nseed: 2\n")
    with pytest.raises(ConfigError, match="the key 'seed' comes twice, in line 1 and in line 2"):
        load_config(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text("seed: 1\n", encoding="utf-16")
    with pytest.raises(ConfigError, match=r"a\.yaml line 1 is not UTF-8.*looks like UTF-16"):
        load_config(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text("seed: 7\n", encoding="utf-8-sig")
    assert load_config(tmp_path / "a.yaml").seed == 7
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


def test_a_configuration_is_found_below_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.yaml").write_text("seed: 7\n")
    assert load_config("~/a.yaml").seed == 7


@pytest.mark.parametrize("name", ["emoji_small", "emoji_small.yaml", "configs/emoji_small.yaml"])
def test_a_configuration_that_ships_is_found_by_its_name_from_anywhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config(name) == load_config(RECIPE)


def test_a_file_in_the_current_folder_goes_before_one_that_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("emoji_small.yaml").write_text("name: mine\n")
    assert load_config("emoji_small.yaml").name == "mine"


def test_a_missing_configuration_names_those_that_ship(tmp_path: Path) -> None:
    for path in (
        "no_such",
        tmp_path / "emoji_small.yaml",
        tmp_path / "configs" / "emoji_small.yaml",
    ):
        with pytest.raises(
            ConfigError, match="or one that ships: best, emoji_anchored, emoji_from_e5, emoji_mclip"
        ):
            load_config(path)
