"""The registry of tasks: what ships, what a session registers, what an installed package brings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from subprocess import run

import pytest
from support.checkout import ROOT
from support.own_task import RoadSigns

from tomclip.core.errors import InputError
from tomclip.data import BENCHMARKS
from tomclip.evaluation import (
    TaskFacts,
    TaskOptions,
    TaskSource,
    load_task,
    register_task,
    task_source,
    task_sources,
)
from tomclip.evaluation.tasks import registry
from tomclip.evaluation.tasks.registry import passed_over
from tomclip.evaluation.tasks.shipped import BENCHMARK_NAMES


@pytest.fixture(autouse=True)
def nothing_of_one_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_OWN", {})


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stands for an installed package with one task that works and one that does not."""
    entries = [
        EntryPoint("signs", "support.own_task:RoadSigns", registry.ENTRY_POINTS),
        EntryPoint("broken", "support.own_task:NoSuchTask", registry.ENTRY_POINTS),
        EntryPoint("emoji", "support.own_task:RoadSigns", registry.ENTRY_POINTS),
        EntryPoint("signs", "another.package:Signs", registry.ENTRY_POINTS),
        EntryPoint("signs", "support.own_task:RoadSigns", registry.ENTRY_POINTS),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    registry._installed.cache_clear()
    yield
    registry._installed.cache_clear()


def test_the_benchmarks_are_those_of_the_catalogue_in_its_order() -> None:
    assert tuple(BENCHMARKS) == BENCHMARK_NAMES
    assert list(task_sources()) == ["emoji", *BENCHMARKS, "icons"]
    assert [name for name, source in task_sources().items() if source.embedded] == ["emoji"]


def test_every_shipped_task_says_its_title_and_languages() -> None:
    facts = {name: source.facts() for name, source in task_sources().items()}
    assert facts["cifar100"].title == BENCHMARKS["cifar100"].title
    assert facts["emoji"].languages[0] == "en"
    assert all(one.pictures > 0 and one.kind for one in facts.values())


def test_a_registered_task_is_listed_and_loaded_by_its_name() -> None:
    signs = RoadSigns()
    register_task(signs, title="Road signs of Europe")
    assert list(task_sources())[-1] == "road signs"
    assert load_task("road signs") is signs
    facts = task_source("road signs").facts()
    assert facts == TaskFacts(
        "Road signs of Europe", "classification and retrieval", 48, ("en", "de")
    )
    assert task_source("road signs").state() == "present"


def test_a_source_is_loaded_only_when_it_is_asked_for_and_takes_what_was_chosen() -> None:
    asked: list[TaskOptions] = []

    def load(options: TaskOptions) -> RoadSigns:
        asked.append(options)
        return RoadSigns()

    facts = TaskFacts("Signs", "classification", 48, ("en", "de"))
    register_task(TaskSource("signs", load, lambda: facts, state=lambda: "absent"))
    assert (task_source("signs").state(), asked) == ("absent", [])
    load_task("signs", TaskOptions(languages=("de",)))
    assert asked == [TaskOptions(languages=("de",))]


def test_one_s_own_task_is_replaced_and_a_shipped_one_is_not() -> None:
    first, second = register_task(RoadSigns()), register_task(RoadSigns())
    assert task_source("road signs") is second is not first
    taken = RoadSigns()
    taken.name = "emoji"  # type: ignore[misc]
    with pytest.raises(InputError, match="'emoji' is the name of a task that ships"):
        register_task(taken)


def test_an_option_that_one_s_own_task_does_not_offer_is_refused() -> None:
    register_task(RoadSigns())
    with pytest.raises(
        InputError, match=r"--subset is for the emoji and the icons; .*--data road signs"
    ):
        load_task("road signs", TaskOptions(subset="unseen"))


def test_an_unknown_task_lists_the_known_ones() -> None:
    register_task(RoadSigns())
    with pytest.raises(InputError, match=r"no task 'cifar10'; use one of emoji, .*, road signs"):
        load_task("cifar10")


@pytest.mark.usefixtures("installed")
def test_an_installed_package_brings_its_tasks_under_the_names_of_its_entry_points() -> None:
    assert list(task_sources()) == ["emoji", *BENCHMARKS, "icons", "signs", "broken"]
    assert task_source("emoji").embedded
    assert load_task("signs").name == "road signs"
    assert task_source("signs").facts().languages == ("en", "de")


@pytest.mark.usefixtures("installed")
def test_a_task_whose_name_is_taken_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        assert load_task("signs").name == "road signs"
    told = [record.message for record in caplog.records]
    assert told == list(passed_over().values())
    assert told == [
        "the task 'emoji' of an installed package (support.own_task:RoadSigns) is not offered, "
        "since a task that ships has this name; give its entry point another one",
        "the task 'signs' of an installed package (another.package:Signs) is not offered, since "
        "the one of an installed package (support.own_task:RoadSigns) has this name; give its "
        "entry point another one",
    ]


@pytest.mark.usefixtures("installed")
def test_a_package_whose_task_cannot_be_made_is_named_and_disturbs_no_other() -> None:
    with pytest.raises(InputError, match=r"'broken'.*support.own_task:NoSuchTask.*mend or"):
        load_task("broken")
    assert load_task("signs")


def test_names_are_known_without_anything_heavy() -> None:
    code = (
        "import sys; from tomclip.evaluation import task_sources\n"
        "assert 'cifar100' in task_sources()\n"
        "heavy = {'torch', 'numpy', 'pandas', 'scipy', 'gudhi', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    finished = run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
