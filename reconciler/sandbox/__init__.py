"""A stand-in for the Market of the Altcraft Platform: the documented order methods over HTTP, or in process.

The order endpoints of Yandex Market stand beside them, in the same application and file (`yandex/`).
It is what a newcomer tries first, what the tests talk to, and where an apply can be rehearsed. It behaves as
documented; every behaviour that the documentation leaves open is a switch (`SWITCHES`), so a client can be
shown all the servers it may meet. It knows nothing of the client and shares no code with it. Importing this
package is cheap: the web stack is loaded when `create_app` or `serve` is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.sandbox.app import create_app, market_app
    from reconciler.sandbox.faults import FAULT_KINDS, Fault
    from reconciler.sandbox.market import Market, Request, Trigger
    from reconciler.sandbox.seeds import WORLDS, generate, load, seed, seed_file, seed_world
    from reconciler.sandbox.serving import serve
    from reconciler.sandbox.switch import Switch
    from reconciler.sandbox.switch_table import SWITCHES
    from reconciler.sandbox.switches import chosen, switch_table_markdown
    from reconciler.sandbox.yandex.cabinet import Cabinet, YandexRequest
    from reconciler.sandbox.yandex.people import CANARIES

__all__ = [
    "CANARIES",
    "FAULT_KINDS",
    "SWITCHES",
    "WORLDS",
    "Cabinet",
    "Fault",
    "Market",
    "Request",
    "Switch",
    "Trigger",
    "YandexRequest",
    "chosen",
    "create_app",
    "generate",
    "load",
    "market_app",
    "seed",
    "seed_file",
    "seed_world",
    "serve",
    "switch_table_markdown",
]

_HOMES = {
    "CANARIES": "yandex.people",
    "FAULT_KINDS": "faults",
    "SWITCHES": "switch_table",
    "WORLDS": "seeds",
    "Cabinet": "yandex.cabinet",
    "Fault": "faults",
    "Market": "market",
    "Request": "market",
    "Switch": "switch",
    "Trigger": "market",
    "YandexRequest": "yandex.cabinet",
    "chosen": "switches",
    "create_app": "app",
    "generate": "seeds",
    "load": "seeds",
    "market_app": "app",
    "seed": "seeds",
    "seed_file": "seeds",
    "seed_world": "seeds",
    "serve": "serving",
    "switch_table_markdown": "switches",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
