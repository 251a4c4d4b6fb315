"""sandbox: serve, seed or reset a stand-in for the platform."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from reconciler.cli import options
from reconciler.cli.commands.sandbox.garden import Garden, listening_fault, open_garden, stored_fault
from reconciler.cli.completion import switch_words
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.interrupts import Interrupts
from reconciler.cli.session import guarded
from reconciler.project import codes
from reconciler.settings import Misused

_MADE_UP: Final = 100
"""Orders that `seed` makes up when nothing else is said."""

_WORLDS: Final = ("market",)
"""What `--world` takes; the sandbox, which makes them, is not loaded for that."""

_NOTHING: Final[Mapping[str, Mapping[str, Any]]] = {
    "serve": {"file": None, "url": None},
    "seed": {"file": None, "holds": {}},
    "reset": {"file": None, "holds": {}},
}
"""What the documents hold of a command that was stopped."""

_file = options.option(
    "--file", metavar="PATH", help="The sandbox's file; left out, that of the chosen target."
)
_switch = options.option(
    "--switch",
    "switches",
    metavar="NAME=VALUE",
    multiple=True,
    shell_complete=switch_words,
    help="How it is to behave where the documentation is silent, such as A9=shown; repeatable.",
)


@click.group(name="sandbox")
def command() -> None:
    """Serve, seed or reset a stand-in for the platform, which lives in one file.

    \b
    Examples:
      reconciler sandbox seed --orders 1000
      reconciler sandbox serve --port 8080 --switch A9=shown
      reconciler sandbox reset

    A target whose url is sandbox:PATH needs no server: it opens the file itself.
    """


@command.command(name="serve", short_help="serve a sandbox over HTTP until Ctrl-C")
@options.common
@options.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@options.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free one."
)
@options.option("--token-env", metavar="NAME", help="The variable that holds the only token to accept.")
@options.option(
    "--api-key-env", metavar="NAME", help="The same for the Api-Key of Yandex Market, which is served too."
)
@_switch
@_file
def _serve_command(**chosen: Any) -> int:
    """Serve a sandbox over HTTP until Ctrl-C, then end with exit 0.

    \b
    Examples:
      reconciler sandbox serve
      reconciler sandbox serve --file market.db --port 0
      SANDBOX_TOKEN=secret reconciler sandbox serve --token-env SANDBOX_TOKEN

    Switches hold for this server only; `seed` and `reset` keep theirs in the file.
    """
    return _guarded(chosen, "serve", _serve)


@command.command(name="seed", short_help="put orders into it, made up or from a file")
@click.argument("source", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@options.common
@options.option("--orders", type=click.IntRange(min=1), help=f"Make up so many; {_MADE_UP} without FILE.")
@options.option("--seed", type=int, default=0, show_default=True, help="Another number, other orders.")
@options.option(
    "--world",
    type=click.Choice(_WORLDS),
    help="A shop that sells on Yandex Market too, with both sides' orders in every state.",
)
@_switch
@_file
def _seed_command(**chosen: Any) -> int:
    """Put orders into a sandbox: made-up ones, or those of a file.

    \b
    Examples:
      reconciler sandbox seed
      reconciler sandbox seed --orders 5000 --seed 7
      reconciler sandbox seed import.json
      reconciler sandbox seed --world market

    FILE holds an import's body, a list of orders, or one order a line (JSON Lines).
    Beside the body's `data`, `yandex_market` may hold `stores` and `orders` of Yandex Market.
    An order that is there already is replaced. All of it is stored or nothing.
    """
    return _guarded(chosen, "seed", _seed)


@command.command(name="reset", short_help="empty it of everything")
@options.common
@_switch
@_file
def _reset_command(**chosen: Any) -> int:
    """Empty a sandbox of everything: orders, definitions, faults, switches.

    \b
    Examples:
      reconciler sandbox reset
      reconciler sandbox reset --switch A9=shown

    What the state remembers of the target is not touched.
    """
    return _guarded(chosen, "reset", _reset)


def _guarded(
    chosen: dict[str, Any], name: str, work: Callable[[Console, Garden, dict[str, Any]], int]
) -> int:
    console = open_console(chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
    return guarded(
        console,
        lambda: work(console, open_garden(chosen), chosen),
        lambda stop: envelope(f"sandbox {name}", stop.exit_code, stop.diagnostics, **_NOTHING[name]),
    )


def _serve(console: Console, garden: Garden, chosen: dict[str, Any]) -> int:
    from reconciler.sandbox import serve

    token, api_key = _token(chosen, "token_env"), _token(chosen, "api_key_env")

    def started(url: str) -> None:
        document = envelope("sandbox serve", codes.DONE, file=str(garden.path), url=url)
        console.report({"text": lambda _: f"{url}\n", "json": lambda _: document})
        console.say(_invitation(garden.path, url, chosen["token_env"]))
        if not _is_loopback(chosen["host"]):
            console.warn("warning: whoever reaches this address can change the sandbox; see --token-env")

    with Interrupts() as interrupts, stored_fault(garden.path):
        try:
            serve(
                garden.path,
                chosen["host"],
                chosen["port"],
                switches=garden.switches,
                token=token,
                api_key=api_key,
                started=started,
            )
        except KeyboardInterrupt:
            console.say("Stopped.")
        except OSError as fault:
            raise listening_fault(fault, chosen["host"], chosen["port"]) from None
    return codes.TERMINATED if interrupts.exit_code == codes.TERMINATED else codes.DONE


def _seed(console: Console, garden: Garden, chosen: dict[str, Any]) -> int:
    from reconciler.sandbox import generate, seed, seed_file, seed_world

    source: Path | None = chosen["source"]
    given = {"FILE": source, "--orders": chosen["orders"], "--world": chosen["world"]}
    several = [name for name, value in given.items() if value is not None]
    if len(several) > 1:
        raise Misused(f"{' and '.join(several)} exclude each other", "seed twice to have both")
    if source is not None and not source.is_file():
        world = str(source) in _WORLDS
        advice = f"--world {source}" if world else "name a JSON file, or leave it out and give --orders"
        raise Misused(f"there is no file {source}", advice)
    with garden.market() as market, stored_fault(garden.path):
        if source is not None:
            stored = seed_file(market, source)
        elif chosen["world"] is not None:
            stored = seed_world(market, chosen["world"])
        else:
            stored = seed(market, generate(chosen["orders"] or _MADE_UP, seed=chosen["seed"]))
        if garden.switches:
            market.set_switches({**market.switches(), **garden.switches})
        holds = garden.counted(market)
    return _told(console, "seed", f"Seeded {garden.path}: {stored} orders.", garden, holds)


def _reset(console: Console, garden: Garden, chosen: dict[str, Any]) -> int:
    del chosen
    with garden.market() as market, stored_fault(garden.path):
        held = garden.counted(market)
        market.reset()
        if garden.switches:
            market.set_switches(garden.switches)
        holds = garden.counted(market)
    gone = ", ".join(f"{count} {word}" for word, count in held.items())
    return _told(console, "reset", f"Reset {garden.path}: {gone} are gone.", garden, holds)


def _told(console: Console, name: str, sentence: str, garden: Garden, holds: dict[str, int]) -> int:
    listed = ", ".join(f"{count} {word}" for word, count in holds.items())
    document = envelope(f"sandbox {name}", codes.DONE, file=str(garden.path), holds=holds)
    console.report(
        {"text": lambda _: f"{sentence} It holds {listed}.\n", "json": lambda _: document},
    )
    return codes.DONE


def _token(chosen: Mapping[str, Any], key: str) -> str | None:
    name: str | None = chosen[key]
    if name is None:
        return None
    token = os.environ.get(name, "").strip()
    if not token:
        option = f"--{key.replace('_', '-')}"
        raise Misused(f"{option} names {name}, and that variable is not set", f"export {name}")
    return token


def _invitation(path: Path, url: str, token_env: str | None) -> str:
    key = f"\n      token_env: {token_env}" if token_env else ""
    return (
        f"Serving {path}. A target of reconciler.yaml reaches it so:\n"
        f"  targets:\n    served:\n      url: {url}{key}\n"
        "An order source of type yandex_market takes the same url. Ctrl-C ends it."
    )


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
