"""Lines of progress tell how fast it goes and how long it will take, and are few."""

import io

from rich.console import Console

from flows.progress import Lines, bar, listening, step


def test_lines_tell_rate_and_time_left_and_are_few() -> None:
    stream, now = io.StringIO(), [100.0]
    lines = Lines(stream, clock=lambda: now[0])
    for done in range(1, 13):
        now[0] += 1
        lines("segment", done, 12, done * 48)
    assert stream.getvalue().splitlines() == [
        "segment 1/12, 48 sources/s, 0:11 left",
        "segment 3/12, 48 sources/s, 0:09 left",
        "segment 5/12, 48 sources/s, 0:07 left",
        "segment 7/12, 48 sources/s, 0:05 left",
        "segment 9/12, 48 sources/s, 0:03 left",
        "segment 11/12, 48 sources/s, 0:01 left",
        "segment 12/12, 48 sources/s",
    ]


def test_a_step_alone_has_no_pace() -> None:
    stream = io.StringIO()
    with listening(Lines(stream)):
        step("extract", 1, sources=3)
        step("publish", 1)
    assert stream.getvalue() == "extract 1/1\npublish 1/1\n"


def test_minutes_left() -> None:
    stream, now = io.StringIO(), [0.0]
    lines = Lines(stream, clock=lambda: now[0])
    now[0] = 30
    lines("classify", 1, 5, 10)
    assert stream.getvalue() == "classify 1/5, 0 sources/s, 2:00 left\n"


def test_a_bar_counts_the_time_before_its_first_step() -> None:
    stream, now = io.StringIO(), [0.0]
    terminal = Console(file=stream, force_terminal=True, width=120, color_system=None)
    with bar("start", console=terminal, clock=lambda: now[0]) as listener:
        now[0] = 2
        listener("start", 1, 1, 0)
        now[0] = 4
        listener("segment", 1, 3, 100)
        now[0] = 6
        listener("segment", 2, 3, 200)
    last = [line for line in stream.getvalue().splitlines() if "segment" in line][-1]
    assert "2/3" in last
    assert "50 sources/s" in last
    assert "0:00:04" in last
    assert "0:02 left" in last
    assert {rate for rate in stream.getvalue().split() if rate.replace(",", "").isdigit()} <= {"50"}
