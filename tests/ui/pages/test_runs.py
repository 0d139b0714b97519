"""The Runs page: what is in its table, and what becomes of the runs chosen there."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget
from support.checkout import APP
from support.recorded_runs import lose, recorded_run
from support.studio_pages import PATIENCE, open_page, sentences, settled, titles
from support.tiny_encoders import write_student

from tomclip.config import parse_config
from tomclip.core.files.atomic import write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.types import RunRecord
from tomclip.runs import (
    Sweep,
    create_run,
    list_runs,
    list_trash,
    read_notes,
    read_status,
    set_notes,
    write_status,
)
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.records import pinned_runs
from tomclip.runs.status import RunStatus, utc_now
from tomclip.runs.sweeps.sweep import plan_sweep, read_sweep
from tomclip.ui.pages.runs.table import differing_settings, table_key
from tomclip.ui.parts import controls


def open_runs() -> AppTest:
    """Returns the page as a person finds it."""
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    studio.switch_page("pages/7_runs.py")
    return run(studio)


def run(acted: AppTest | Widget) -> AppTest:
    """Returns the page after it ran again, with what was just done to it or one of its widgets."""
    studio = acted.run()
    assert not studio.exception
    return studio


def select(studio: AppTest, *rows: int) -> AppTest:
    """Selects rows of the table, the newest run being row 0."""
    shown = {record.id: record for record in list_runs()}
    key = table_key([shown[name] for name in studio.dataframe[0].value["id"]])
    studio.session_state[key] = {"selection": {"rows": list(rows), "columns": []}}
    return run(studio)


def press(studio: AppTest, label: str) -> AppTest:
    button = next(button for button in studio.button if button.label == label)
    return run(button.click())


def labels(studio: AppTest) -> list[str]:
    return [button.label for button in studio.button]


def names(studio: AppTest) -> set[str]:
    return set(studio.dataframe[0].value["name"])


def test_without_a_run_the_page_says_how_to_get_one() -> None:
    studio = open_runs()
    assert len(sentences(studio)) == 1
    assert sentences(studio)[0].startswith("No run yet. Start one on the Train page")
    assert not studio.dataframe


def test_the_table_has_each_run_with_its_state_its_scores_and_its_time() -> None:
    recorded_run("one")
    lost = recorded_run("two", probes=())
    lose(lost)
    rows = {row["name"]: row for row in open_runs().dataframe[0].value.to_dict("records")}
    assert {name: row["state"] for name, row in rows.items()} == {"one": "finished", "two": "lost"}
    assert [rows["one"][key] for key in ("step", "top-1", "H0", "minutes")] == [8, 18.0, 1.2, 1.5]
    assert (rows["one"]["best top-1"], rows["one"]["best H0"]) == (18.0, 1.2)
    assert all(math.isnan(rows["two"][key]) for key in ("top-1", "H0"))


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [("ALPHA", {"alpha"}), ("failed", {"beta"}), ("", {"alpha", "beta"}), ("[", set())],
)
def test_the_filter_keeps_the_runs_that_hold_the_word(wanted: str, kept: set[str]) -> None:
    recorded_run("alpha")
    recorded_run("beta", "failed")
    studio = open_runs()
    run(studio.text_input(key="choice:filter").set_value(wanted))
    assert names(studio) == kept
    assert f"{len(kept)} of 2 runs" in studio.caption[-1].value


def test_the_best_score_stays_when_the_last_one_is_worse() -> None:
    recorded_run("overfitted", probes=(0, 8, 3))
    (row,) = open_runs().dataframe[0].value.to_dict("records")
    assert (row["best top-1"], row["top-1"]) == (18.0, 13.0)
    assert (row["best H0"], row["H0"]) == (1.2, 1.7)


def test_the_table_has_a_column_for_each_setting_in_which_the_runs_differ() -> None:
    for name, weight in (("alpha", 0.5), ("beta", 2.0)):
        create_run(parse_config({"name": name, "device": "cpu", "loss": {"h0_weight": weight}}))
    table = open_runs().dataframe[0].value.set_index("name")
    assert table["h0_weight"].to_dict() == {"alpha": 0.5, "beta": 2.0}
    assert "seed" not in table


def test_settings_of_one_name_are_told_apart_by_their_groups() -> None:
    configs = [
        {"loss": {"x": 1}, "optimiser": {"x": 1}, "data": {"languages": ["en"]}},
        {"loss": {"x": 2}, "optimiser": {"x": 2}, "data": {"languages": []}},
    ]
    runs = [RunRecord(str(i), Path(), "x", "finished", config) for i, config in enumerate(configs)]
    table = differing_settings(runs)
    assert list(table) == ["loss.x", "optimiser.x", "languages"]
    assert table["languages"].tolist() == ["en", ""]


def test_a_tick_does_not_move_to_another_run_when_the_filter_changes() -> None:
    recorded_run("alpha")
    recorded_run("beta")
    studio = select(open_runs(), 0)
    assert "Move to the trash" in labels(studio)
    run(studio.text_input(key="choice:filter").set_value("alpha"))
    assert "Move to the trash" not in labels(studio)


def test_two_runs_are_compared_by_the_settings_in_which_they_differ() -> None:
    for name, seed in (("alpha", 3), ("beta", 4)):
        create_run(parse_config({"name": name, "device": "cpu", "seed": seed}))
    studio = select(open_runs(), 0, 1)
    differences = studio.dataframe[1].value
    assert list(differences.index) == ["seed"]
    assert set(differences.loc["seed"]) == {"3", "4"}
    assert {str(column).split(" · ")[0] for column in differences} == {"alpha", "beta"}
    assert "Watch" not in labels(studio)


def test_two_runs_of_one_configuration_do_not_differ() -> None:
    recorded_run("alpha")
    recorded_run("alpha")
    studio = select(open_runs(), 0, 1)
    assert len(studio.dataframe) == 1
    assert "Their configurations are the same." in [caption.value for caption in studio.caption]


def test_name_tags_and_notes_are_kept() -> None:
    path = recorded_run("alpha")
    studio = select(open_runs(), 0)
    field = {text.label: text for text in studio.text_input}
    field["Name"].set_value("The best")
    field["Tags"].set_value("paper, , h0")
    studio.text_area[0].set_value("a\nb")
    press(studio, "Save")
    kept = read_notes(path)
    assert (kept.name, kept.tags, kept.notes) == ("The best", ("paper", "h0"), "a\nb")
    assert names(run(studio)) == {"The best"}


def test_what_a_person_wrote_is_no_formula_in_a_saved_table() -> None:
    set_notes(recorded_run("alpha"), name="=1+1", tags=["@a"], notes="+b")
    set_notes(recorded_run("beta", changed=False), name="-c")
    studio = select(open_runs(), 0, 1)
    rows = {row["name"]: row for row in studio.dataframe[0].value.to_dict("records")}
    assert rows.keys() == {"'=1+1", "'-c"}
    assert (rows["'=1+1"]["tags"], rows["'=1+1"]["notes"]) == ("'@a", "'+b")
    assert {str(name).partition(" · ")[0] for name in studio.dataframe[1].value} == {"'=1+1", "'-c"}


def test_a_weight_is_told_as_it_is_now_with_its_change_on_the_way() -> None:
    recorded_run("changed")
    (row,) = open_runs().dataframe[0].value.to_dict("records")
    assert row["h0_weight"] == "0.1 → 1 at step 4"
    recorded_run("steady", changed=False)
    rows = {row["name"]: row for row in open_runs().dataframe[0].value.to_dict("records")}
    assert (rows["changed"]["h0_weight"], rows["steady"]["h0_weight"]) == (
        "0.1 → 1 at step 4",
        "0.1",
    )
    shown = select(open_runs(), 0, 1).dataframe[1].value
    assert set(shown.loc["loss.h0_weight"]) == {"0.1 → 1 at step 4", "0.1"}


def test_a_resumed_run_reads_its_true_step_and_all_its_minutes() -> None:
    path = recorded_run("again")
    resumed = RunStatus(
        "starting",
        step=4,
        total=8,
        started_at="2025-01-31T13:00:00+00:00",
        heartbeat_at="2025-01-31T13:01:00+00:00",
        earlier_seconds=90.0,
    )
    write_status(path, resumed)
    (row,) = open_runs().dataframe[0].value.to_dict("records")
    assert (row["step"], row["minutes"]) == (4, 2.5)


def test_a_stopped_run_says_that_it_can_be_resumed() -> None:
    path = recorded_run("stopped")
    write_status(path, replace(read_status(path), state="cancelled", step=4))
    studio = open_runs()
    assert studio.dataframe[0].value["state"].tolist() == ["stopped, can be resumed"]
    for words in ("resumed", "cancelled"):
        studio.text_input(key="choice:filter").set_value(words).run()
        assert len(studio.dataframe[0].value) == 1


def test_a_pinned_student_comes_first_and_stays_pinned_on_disk() -> None:
    older, newer = recorded_run("older"), recorded_run("newer")
    for path in (older, newer):
        write_student(path / "checkpoints" / "best", seed=3)
    assert [name for name in students() if name.startswith("run:")] == sorted(
        [f"run:{older.name}", f"run:{newer.name}"]
    )
    studio = open_runs()
    row = studio.dataframe[0].value["name"].tolist().index("newer")
    studio = select(studio, row)
    studio.toggle(key=f"pin_{newer.name}").set_value(True).run()
    assert not studio.exception
    assert pinned_runs() == {newer.name}
    assert next(name for name in students() if name.startswith("run:")) == f"run:{newer.name}"
    assert select(open_runs(), row).toggle(key=f"pin_{newer.name}").value


def test_the_student_of_an_unfinished_run_is_marked_wherever_it_is_offered() -> None:
    path = recorded_run("mine")
    write_student(path / "checkpoints" / "best", seed=3)
    title = f"mine · {path.name[-6:]}"
    assert students()[f"run:{path.name}"] == title
    write_status(path, replace(read_status(path), state="cancelled", step=4))
    assert students()[f"run:{path.name}"] == f"{title} (ended at step 4)"
    write_status(path, RunStatus("running", step=4, total=8, heartbeat_at=utc_now()))
    write_handle(path, handle_of(os.getpid()))
    assert students()[f"run:{path.name}"] == f"{title} (in training)"


def students() -> dict[str, str]:
    """Returns the titles of the students in the order in which the pages offer them."""
    return {one.name: one.title for one in controls.students()}


def test_a_name_that_is_too_long_is_one_sentence() -> None:
    path = recorded_run("alpha")
    studio = select(open_runs(), 0)
    next(text for text in studio.text_input if text.label == "Name").set_value("x" * 81)
    press(studio, "Save")
    assert [error.value for error in studio.error] == [
        "The name has 81 characters; write at most 80."
    ]
    assert not read_notes(path).name


def test_a_deleted_run_lies_in_the_trash_until_it_is_brought_back(runs: Path) -> None:
    path = recorded_run("alpha")
    studio = press(select(open_runs(), 0), "Move to the trash")
    assert not list_runs(runs)
    assert [trashed.record.id for trashed in list_trash()] == [path.name]
    press(run(studio), "Bring back")
    assert [record.id for record in list_runs(runs)] == [path.name]
    assert not list_trash()


def test_the_trash_is_emptied_only_by_a_person_who_is_sure() -> None:
    recorded_run("alpha")
    studio = run(press(select(open_runs(), 0), "Move to the trash"))
    empty = next(button for button in studio.button if button.label == "Empty the trash")
    assert empty.disabled
    studio.checkbox(key="empty_trash_sure").check().run()
    press(studio, "Empty the trash")
    assert not list_trash()


def test_a_run_at_work_is_not_deleted_and_the_page_says_so() -> None:
    path = recorded_run("alpha")
    write_status(path, replace(read_status(path), state="running", finished_at=None))
    write_handle(path, handle_of(os.getpid()))
    studio = press(select(open_runs(), 0), "Move to the trash")
    assert path.is_dir()
    assert len(studio.error) == 1
    assert "stop it before deleting it" in studio.error[0].value


@pytest.mark.parametrize("file", ["status.json", "config.yaml", "notes.json"])
def test_a_damaged_run_is_shown_with_the_reason(file: str) -> None:
    recorded_run("alpha")
    (recorded_run("beta") / file).write_text("{")
    studio = open_runs()
    rows = {row["state"]: row for row in studio.dataframe[0].value.to_dict("records")}
    assert set(rows) == {"damaged", "finished"}
    assert file in rows["damaged"]["notes"]
    row = studio.dataframe[0].value["state"].tolist().index("damaged")
    press(select(studio, row), "Move to the trash")
    assert len(list_runs()) == 1


def test_a_cloned_run_fills_the_form_of_the_train_page() -> None:
    recorded_run("alpha")
    studio = press(select(open_runs(), 0), "Clone")
    assert studio.title[0].value == "Train"
    assert studio.text_input(key="train_name").value == "alpha"


def test_a_run_is_watched_on_the_train_page() -> None:
    older = recorded_run("older")
    recorded_run("newer")
    studio = open_runs()
    row = studio.dataframe[0].value["name"].tolist().index("older")
    press(select(studio, row), "Watch")
    assert studio.title[0].value == "Train"
    assert studio.selectbox(key="choice:run").value == older.name


def test_the_curves_of_chosen_runs_are_laid_over_each_other() -> None:
    older, newer = recorded_run("older"), recorded_run("newer")
    studio = press(select(open_runs(), 0, 1), "Compare their curves")
    assert studio.title[0].value == "Train"
    chosen = (
        studio.selectbox(key="choice:run").value,
        *studio.multiselect(key="choice:other_runs").value,
    )
    assert set(chosen) == {older.name, newer.name}


@pytest.mark.parametrize("page", ["2_embeddings", "3_topology", "4_compare", "5_zero_shot"])
def test_a_checkpoint_is_an_encoder_on_other_pages_as_soon_as_it_is_there(page: str) -> None:
    path = recorded_run("mine")
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    studio.query_params["method"] = "pca"
    studio.switch_page(f"pages/{page}.py")
    assert "mine" not in offered_encoders(settled(run(studio)))
    write_student(path / "checkpoints" / "best", seed=3)
    assert f"mine · {path.name[-6:]}" in offered_encoders(settled(run(studio)))


def offered_encoders(studio: AppTest) -> str:
    pickers = [*studio.selectbox, *studio.multiselect]
    return ", ".join(o for p in pickers if p.label.startswith("Encoder") for o in p.options)


def test_the_student_of_a_run_is_looked_at_and_compared_with_the_first_one() -> None:
    path = recorded_run("mine")
    studio = select(open_runs(), 0)
    assert "Compare it" not in labels(studio)
    write_student(path / "checkpoints" / "best", seed=3)
    studio = press(run(studio), "Compare it")
    assert studio.title[0].value == "Compare"
    assert studio.multiselect(key="choice:encoders").value == ["mclip", f"run:{path.name}"]


def test_a_sweep_shows_its_trade_off() -> None:
    base = parse_config({"name": "swept", "device": "cpu"})
    sweep = plan_sweep(base, {"loss.h0_weight": [0.0, 1.0]}, seeds=[0])
    launched = tuple(recorded_run(f"swept{number}", changed=False).name for number in range(2))
    keep(replace(sweep, runs=launched))
    studio = open_runs()
    assert len(titles(studio)) == 1
    assert studio.dataframe[-1].value["accuracy"].tolist() == [18.0, 18.0]


def test_a_sweep_that_has_no_score_yet_is_no_complaint() -> None:
    base = parse_config({"name": "swept", "device": "cpu"})
    keep(plan_sweep(base, {"loss.h0_weight": [0.0, 1.0]}, seeds=[0]))
    studio = open_runs()
    assert not studio.error
    assert len(titles(studio)) == 1


def keep(sweep: Sweep) -> None:
    """Writes the record of a sweep whose runs were not launched by it."""
    file = runs_directory() / "sweeps" / f"{sweep.id}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json_atomically(file, asdict(sweep))
    assert read_sweep(sweep.id).runs == sweep.runs


def test_a_link_ticks_its_runs_and_the_address_names_those_ticked() -> None:
    path = recorded_run("mine")
    recorded_run("other")
    studio = open_page("7_runs", runs=path.name)
    assert "Watch" in labels(studio)
    assert any(f"**mine** · {path.name}" in text.value for text in studio.markdown)
    assert studio.query_params["runs"] == path.name


def test_a_link_names_the_run_that_is_watched() -> None:
    older = recorded_run("older")
    recorded_run("newer")
    studio = open_train(run=older.name)
    assert studio.selectbox(key="choice:run").value == older.name
    assert studio.query_params["run"] == older.name
    studio = open_train(run="20200101T000000-gone-000000")
    assert "'20200101T000000-gone-000000', which is not offered here" in studio.warning[0].value


def open_train(**address: str) -> AppTest:
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    for name, value in address.items():
        studio.query_params[name] = value
    studio.switch_page("pages/6_train.py")
    return run(studio)


def test_a_chosen_run_offers_its_report(runs: Path) -> None:
    recorded_run("one")
    studio = open_runs()
    assert "write_report_run" not in {button.key for button in studio.button}
    studio = select(studio, 0)
    studio = run(studio.button(key="write_report_run").click())
    wish, form, token = studio.session_state["report_asked_run"]
    assert b"Training run one" in wish.job(form, token).future.result(timeout=PATIENCE)
