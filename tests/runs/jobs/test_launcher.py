"""Training as a process of its own: queue, stop, resume, kill, and what goes wrong around it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from support.fake_worker import wait_for

from tomclip.config import TrainConfig, parse_config
from tomclip.core.errors import ConfigError, RunError
from tomclip.runs import (
    RunDirectory,
    active_runs,
    advance_queue,
    change_weights,
    kill_run,
    launch,
    list_runs,
    log_tail,
    observed_state,
    open_run,
    queue_position,
    read_status,
    resume_run,
    seconds_until_kill,
    stop_run,
    train_command,
    write_status,
)
from tomclip.runs.jobs import launcher, processes
from tomclip.runs.jobs.processes import active_process, handle_of, read_handle, write_handle

pytestmark = pytest.mark.usefixtures("fake_workers")

CONFIG = parse_config({"name": "tiny", "device": "cpu"})


def state_of(path: Path) -> str:
    return observed_state(path).state


def reaches(path: Path, state: str) -> None:
    wait_for(lambda: state_of(path) == state)


def started(config: TrainConfig = CONFIG) -> Path:
    """Returns a run whose worker is at work."""
    path = launch(config).path
    reaches(path, "running")
    return path


def pid_of(path: Path) -> int:
    handle = read_handle(path)
    assert handle is not None
    return handle.pid


def kill(path: Path) -> None:
    """Kills the worker with -9, as the system does when memory is short."""
    os.kill(pid_of(path), signal.SIGKILL)
    wait_for(lambda: active_process(path) is None)


def studio(code: str) -> subprocess.Popen[str]:
    """Returns another process that may launch runs with the fake worker, in a group of its own."""
    before = (
        "from support.fake_worker import fake_command\n"
        "from tomclip.config import parse_config\n"
        "from tomclip.runs import launch\n"
        "from tomclip.runs.jobs import launcher\n"
        "launcher.train_command = lambda _, path: fake_command(path)\n"
        "config = parse_config({'name': 'tiny', 'device': 'cpu'})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", before + code],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_the_command_is_the_one_a_person_would_type() -> None:
    command = train_command(Path("a/config.yaml"), Path("a"))
    options = ["--config", "a/config.yaml", "--directory", "a"]
    assert command == [sys.executable, "-m", "tomclip", "train", *options]


def test_a_run_starts_stops_and_continues(runs: Path) -> None:
    path = started()
    assert queue_position(path) is None
    assert active_runs() == [path]
    stop_run(path)
    reaches(path, "cancelled")
    wait_for(lambda: not active_runs())
    (path / "checkpoints" / "latest").mkdir()
    resume_run(path)
    reaches(path, "running")
    assert psutil.Process(pid_of(path)).cmdline()[-1] == "again"
    with pytest.raises(RunError, match="stop it before continuing it"):
        resume_run(path)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc shows what a process has open")
def test_a_worker_writes_to_its_log_and_never_to_a_pipe(runs: Path) -> None:
    path = started()
    opened = [os.readlink(f"/proc/{pid_of(path)}/fd/{number}") for number in range(3)]
    assert opened == ["/dev/null", str(path / "log.txt"), str(path / "log.txt")]


@pytest.mark.parametrize(("wanted", "rounds"), [(None, launcher.WAITING_ROUNDS), ("100", "100")])
def test_threads_of_a_worker_sleep_while_they_wait_unless_the_person_said_otherwise(
    wanted: str | None, rounds: str, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    if wanted is not None:
        monkeypatch.setenv("GOMP_SPINCOUNT", wanted)
    assert psutil.Process(pid_of(started())).environ()["GOMP_SPINCOUNT"] == rounds


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority")
@pytest.mark.parametrize(("wanted", "yielding"), [(None, 10), ("0", 0), ("19", 19)])
def test_a_worker_yields_to_others_as_much_as_was_chosen(
    wanted: str | None, yielding: int, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wanted is not None:
        monkeypatch.setenv("TOMCLIP_NICENESS", wanted)
    pid = pid_of(started())
    own, group = psutil.Process().nice(), Path(f"/proc/{pid}/autogroup")
    assert psutil.Process(pid).nice() == max(yielding, own)
    if not own and group.exists():
        assert group.read_text().endswith(f" nice {yielding}\n")


@pytest.mark.parametrize("wanted", ["-5", "20", "low", "5.0"])
def test_a_priority_that_is_none_is_one_sentence_and_the_run_waits(
    wanted: str, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_NICENESS", wanted)
    with pytest.raises(RunError, match=f"TOMCLIP_NICENESS is '{wanted}'; give a whole number"):
        launch(CONFIG)
    monkeypatch.delenv("TOMCLIP_NICENESS")
    advance_queue()
    (path,) = active_runs()
    reaches(path, "running")


def test_a_name_replaces_the_configuration_s(runs: Path) -> None:
    assert launch(CONFIG, name="other").config().name == "other"
    path = launch(CONFIG, name="Not A Slug").path
    assert (RunDirectory(path).config().name, path.name[16:-7]) == ("Not A Slug", "not-a-slug")
    with pytest.raises(ConfigError, match="name"):
        launch(CONFIG, name="two\nlines")


def test_the_next_run_starts_when_the_device_is_free(runs: Path) -> None:
    first, second, third = started(), launch(CONFIG).path, launch(CONFIG).path
    assert [queue_position(path) for path in (first, second, third)] == [None, 1, 2]
    assert (state_of(second), state_of(third)) == ("queued", "queued")
    (first / "control" / "finish").touch()
    reaches(second, "running")
    assert queue_position(third) == 1
    assert active_runs() == [second]


def test_another_device_has_a_queue_of_its_own(runs: Path) -> None:
    started()
    assert queue_position(launch(replace(CONFIG, device="cuda")).path) is None


def test_a_lock_that_a_worker_elsewhere_holds_keeps_the_device_taken(runs: Path) -> None:
    code = (
        "import sys; from filelock import FileLock; from pathlib import Path\n"
        f"lock = Path({str(runs)!r}) / '.locks' / 'cpu.lock'\n"
        "lock.parent.mkdir(parents=True)\n"
        "with FileLock(lock): print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        path = launch(CONFIG).path
        assert queue_position(path) == 1
    advance_queue()
    assert queue_position(path) is None


def test_a_cancelled_queued_run_never_starts(runs: Path) -> None:
    first, second = started(), launch(CONFIG).path
    stop_run(second)
    assert state_of(second) == "cancelled"
    (first / "control" / "finish").touch()
    reaches(first, "finished")
    wait_for(lambda: not active_runs())
    advance_queue()
    assert state_of(second) == "cancelled"
    assert read_handle(second) is None


def test_the_same_wish_twice_is_one_run(runs: Path) -> None:
    paths = {launch(CONFIG, token="click").path for _ in range(3)}
    assert len(paths) == len(list_runs()) == 1


def test_two_sessions_at_once_start_one_run_on_a_device(runs: Path) -> None:
    code = (
        "print('ready', flush=True); input()\n"
        "print(launch(config).path); print(launch(config, token='click').path)"
    )
    sessions = [studio(code), studio(code)]
    for session in sessions:
        assert session.stdout is not None
        assert session.stdout.readline() == "ready\n"
    for session in sessions:
        assert session.stdin is not None
        session.stdin.write("go\n")
        session.stdin.flush()
    printed = [session.communicate(timeout=60)[0].split() for session in sessions]
    (first, click), (second, same_click) = printed
    assert click == same_click
    assert len({first, second, click}) == len(list_runs()) == 3
    assert len(active_runs()) == 1
    positions = [queue_position(Path(path)) for path in (first, second, click)]
    assert sorted(place or 0 for place in positions) == [0, 1, 2]


def test_a_killed_studio_finds_its_run_again(runs: Path) -> None:
    session = studio("import time; print(launch(config).path, flush=True); time.sleep(60)")
    assert session.stdout is not None
    path = Path(session.stdout.readline().strip())
    reaches(path, "running")
    session.kill()
    session.communicate()
    assert state_of(path) == "running"
    stop_run(path)
    reaches(path, "cancelled")


def test_control_c_on_the_studio_does_not_reach_the_worker(runs: Path) -> None:
    session = studio("import time; print(launch(config).path, flush=True); time.sleep(60)")
    assert session.stdout is not None
    path = Path(session.stdout.readline().strip())
    reaches(path, "running")
    assert os.getsid(pid_of(path)) != os.getsid(session.pid)
    os.killpg(session.pid, signal.SIGINT)
    session.communicate()
    assert session.returncode != 0
    assert state_of(path) == "running"


def test_a_killed_worker_is_lost_with_its_last_words_and_goes_on(runs: Path) -> None:
    path = started()
    wait_for(lambda: log_tail(path))
    kill(path)
    seen = observed_state(path)
    assert (seen.state, seen.status.state) == ("lost", "running")
    assert seen.log_tail == "an epoch of nothing"
    assert seen.reason.endswith("its log ends with: an epoch of nothing")
    with pytest.raises(RunError, match="is lost"):
        stop_run(path)
    before = pid_of(path)
    resume_run(path)
    reaches(path, "running")
    assert pid_of(path) != before


def test_a_worker_that_never_got_to_its_first_word_is_lost(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-S", "-c", "raise SystemExit('tomclip: no such teacher')"]
    monkeypatch.setattr(launcher, "train_command", lambda *_: command)
    path = launch(CONFIG).path
    reaches(path, "lost")
    assert "no such teacher" in observed_state(path).reason


@pytest.mark.skipif(not processes.boot_id(), reason="this system does not name its boots")
def test_after_a_reboot_a_run_is_lost_and_goes_on_though_its_number_is_in_use(runs: Path) -> None:
    path = started()
    kill(path)
    write_handle(path, replace(handle_of(os.getpid()), boot_id="another"))
    seen = observed_state(path)
    assert (seen.state, "was restarted" in seen.reason) == ("lost", True)
    assert active_runs() == []
    resume_run(path)
    reaches(path, "running")
    assert pid_of(path) != os.getpid()


def test_a_number_that_another_process_got_is_not_the_worker(runs: Path) -> None:
    path = started()
    handle = read_handle(path)
    assert handle is not None
    write_handle(path, replace(handle, created=handle.created - 60))
    assert state_of(path) == "lost"
    write_handle(path, handle)
    assert state_of(path) == "running"


def test_a_worker_that_is_silent_for_long_is_stale(runs: Path) -> None:
    path = started()
    old = replace(read_status(path), heartbeat_at="2020-01-01T00:00:00+00:00")
    write_status(path, old)
    seen = observed_state(path)
    assert (seen.state, "is alive" in seen.reason) == ("stale", True)


def test_a_run_is_ended_only_after_the_grace_period_of_its_stop(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import signal\nwhile True: signal.pause()"
    monkeypatch.setattr(launcher, "train_command", lambda *_: [sys.executable, "-S", "-c", code])
    path = launch(CONFIG).path
    assert seconds_until_kill(path) is None
    with pytest.raises(RunError, match="stop it first"):
        kill_run(path)
    stop_run(path)
    with pytest.raises(RunError, match="may still be saving; wait"):
        kill_run(path)
    asked = (path / "control" / "stop").stat().st_mtime
    os.utime(path / "control" / "stop", (asked - 31, asked - 31))
    stop_run(path)
    assert seconds_until_kill(path) == 0.0
    kill_run(path)
    assert state_of(path) == "cancelled"
    with pytest.raises(RunError, match="none to end"):
        kill_run(path)


def test_a_process_that_somebody_started_by_hand_is_not_killed(runs: Path) -> None:
    run = open_run(CONFIG, directory=None, device="cpu")
    stop_run(run.path)
    with pytest.raises(RunError, match="was started by hand"):
        kill_run(run.path, grace_seconds=0.0)


def test_a_worker_that_is_done_hands_its_device_on(runs: Path) -> None:
    first = open_run(CONFIG, directory=None, device="cpu").path
    write_handle(first, handle_of(os.getpid()))
    write_status(first, replace(read_status(first), state="finished"))
    assert active_runs() == [first]
    reaches(launch(CONFIG).path, "running")
    (first / "handle.json").unlink()


def test_weights_are_asked_for_together(runs: Path) -> None:
    path = started()
    change_weights(path, {"h0_weight": 0.5})
    change_weights(path, {"h1_weight": 0.25})
    asked = RunDirectory(path).weights_request.read_text()
    assert asked.split() == '{ "h0_weight": 0.5, "h1_weight": 0.25 }'.split()


@pytest.mark.parametrize("weights", [{"h0_weight": -1.0}, {"learning_rate": 0.1}, {}])
def test_weights_out_of_range_are_refused(runs: Path, weights: dict[str, float]) -> None:
    path = started()
    with pytest.raises(ConfigError):
        change_weights(path, weights)
    assert not RunDirectory(path).weights_request.exists()


def test_an_ended_run_takes_no_wishes(runs: Path) -> None:
    path = started()
    (path / "control" / "finish").touch()
    reaches(path, "finished")
    wait_for(lambda: not active_runs())
    wishes: list[Callable[[], None]] = [
        lambda: stop_run(path),
        lambda: resume_run(path),
        lambda: change_weights(path, {"h0_weight": 0.5}),
    ]
    for wish in wishes:
        with pytest.raises(RunError, match="finished"):
            wish()


def test_a_run_outside_the_runs_folder_has_no_queue(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="tomclip train --resume"):
        resume_run(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="name a run directory"):
        stop_run(tmp_path / "elsewhere")
    assert not (tmp_path / ".locks").exists()


def test_a_read_only_folder_is_one_sentence(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = started()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    for wish in (lambda: launch(CONFIG), lambda: change_weights(path, {"h0_weight": 1.0})):
        with pytest.raises(RunError, match=r"cannot be written \(Read-only file system\)"):
            wish()
    assert state_of(path) == "running"


def test_a_run_that_cannot_start_does_not_hold_up_the_others(runs: Path) -> None:
    first, second, third = started(), launch(CONFIG).path, launch(CONFIG).path
    (second / "log.txt").mkdir()
    (first / "control" / "finish").touch()
    reaches(third, "running")
    assert queue_position(second) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc counts what a process reads")
def test_the_end_of_a_large_log_is_read_and_no_more(tmp_path: Path) -> None:
    with (tmp_path / "log.txt").open("wb") as stream:
        stream.truncate(200_000_000)
        stream.seek(0, os.SEEK_END)
        stream.write("\nfirst\nlast ü".encode())
    before = psutil.Process().io_counters().read_chars
    assert log_tail(tmp_path, lines=2) == "first\nlast ü"
    # Other threads of this process read as well; the whole log would be twenty times as much.
    assert psutil.Process().io_counters().read_chars - before < 10_000_000
