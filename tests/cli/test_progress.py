"""Progress on a terminal and as plain lines, and the words for times and rates."""

import pytest

from reconciler.cli.console import Console
from reconciler.cli.progress import HEARTBEAT, Progress
from reconciler.model.address import order_line
from reconciler.model.approval import Narrowed
from reconciler.model.outcome import Done, Failed
from reconciler.model.plan import Requests
from reconciler.reports.text.lasting import estimate_line, going, lasting
from tests.cli.shop import states
from tests.cli.terminal import terminal

UPDATE = "orders/update_order_line_status"


@pytest.fixture
def shown():
    """Progress on a clock that the test sets."""
    clock = [0.0]
    told = Progress(Console(()), clock=lambda: clock[0])
    return told, clock


def test_a_line_comes_at_most_once_in_a_heartbeat_with_counts_rate_and_time_left(shown, capsys):
    progress, clock = shown
    progress.begin(100)
    for number in range(40):
        clock[0] = number / 2
        progress.ended((Failed if number == 3 else Done)(order_line("1", str(number))))
    assert capsys.readouterr().err.splitlines() == [
        "21 of 100 changes: 20 done, 1 failed; 2 a second, about 38 s left"
    ]


def test_a_run_in_which_nothing_happens_still_gives_signs_of_life(shown, capsys):
    progress, clock = shown
    progress.read(1200)
    clock[0] = HEARTBEAT
    progress.beat()
    progress.beat()
    progress.begin(1)
    clock[0] = 2 * HEARTBEAT
    progress.beat()
    progress.ended(Done(order_line("1", "1")))
    clock[0] = 3 * HEARTBEAT
    progress.beat()
    assert capsys.readouterr().err.splitlines() == [
        "1,200 orders read",
        "0 of 1 changes",
        "1 of 1 changes: 1 done; reading again what was written",
    ]


def test_a_second_look_is_told_and_what_came_true_is_no_longer_counted(shown, capsys):
    progress, clock = shown
    progress.begin(10)
    progress.looking(200)
    clock[0] = HEARTBEAT
    progress.looking(1200)
    changes = [order_line("1", str(number)) for number in range(4)]
    progress.looked(Narrowed(steps=(), converged=tuple(changes), moved=(), unapproved=()))
    clock[0] = 2 * HEARTBEAT
    progress.ended(Done(order_line("1", "9")))
    assert capsys.readouterr().err.splitlines() == [
        "it has been a while: what is left is observed again",
        "observing again what is left: 1,200 orders read",
        "observed again: 0 moved, 4 already so, 0 go on",
        "1 of 6 changes: 1 done; 3 a minute, about 100 s left",
    ]


def test_every_wait_is_told_on_stderr_and_to_whoever_listens(capsys):
    heard: list[str] = []
    Progress(Console(()), heard=heard.append).waiting("waiting 2 s: busy")
    Progress(Console((), quiet=True), heard=heard.append).waiting("waiting 3 s: busy")
    assert capsys.readouterr().err == "waiting 2 s: busy\n"
    assert heard == ["waiting 2 s: busy", "waiting 3 s: busy"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.1, "1 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 h")]
)
def test_times_read_well(seconds, said):
    assert lasting(seconds) == said


def test_the_rate_of_slow_runs_is_told_by_the_minute_and_no_rate_is_made_up():
    assert going(1, 3, 30) == "2 a minute, about 60 s left"
    assert going(3, 3, 3) == "1 a second"
    assert going(0, 3, 9) == ""


def test_line_updates_go_side_by_side_and_a_ceiling_is_kept():
    requests = Requests(definitions=1, imports=2, lines=80, verifying=1)
    assert requests.seconds(0.5, 8) == pytest.approx(0.5 * (4 + 10))
    assert requests.seconds(0.5, 8, 2) == pytest.approx(42)


def test_the_estimate_names_the_pace():
    assert estimate_line(40, 8, 0) == "About 40 s at 8 requests at a time."
    assert estimate_line(300, 8, 2.5) == "About 5 min at 8 requests at a time and 2.5 a second."


def test_on_a_terminal_a_bar_shows_the_counts_and_the_waits_stay_on_the_screen(shop):
    for order in "123":
        shop.stock(order, l1="new")
        shop.declare(states(order, "expires: 2099-01-01", l1="delivered"), f"{order}.yaml")
    shop.settle_in(concurrency=1)
    shop.strike((UPDATE, 2, "slow_after:1"), (UPDATE, 3, "http_429"))
    with terminal(shop, "apply", "--auto-approve") as screen:
        assert screen.ended() == 0
    assert "1 of 3 changes: 1 done; " in screen.printed
    assert "the server answered 429" in screen.printed
    assert "Applied: 3 done" in screen.printed


@pytest.mark.parametrize(("arguments", "told"), [((), False), (("-v",), True), (("-v", "-q"), False)])
def test_the_estimate_is_a_hint_on_stderr_and_no_part_of_the_plan(shop, arguments, told):
    shop.stock("1", l1="new")
    shop.declare(states("1", "expires: 2099-01-01", l1="delivered"))
    ended = shop.plan(*arguments)
    assert ("at 8 requests at a time." in ended.err) is told
    assert "at a time" not in ended.out


def test_a_plan_that_takes_long_is_followed_by_the_estimate(shop):
    shop.stock("1", l1="new")
    shop.declare(states("1", "expires: 2099-01-01", l1="delivered"))
    shop.settle_in(requests_per_second=0.2)
    ended = shop.plan()
    assert ended.err == "About 10 s at 8 requests at a time and 0.2 a second.\n"
