"""Stopping: whatever ends work early becomes a `Stop`, with the contract's exit code and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from reconciler.model.diagnostic import error
from reconciler.ports import Broken, Denied, Unheard, Unspilled
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.settings import Misused
from reconciler.store import StoreError

_REACH: Final = "check the target's url and that its server answers; nothing was sent"
_HEAR: Final = "or check its url and that its server answers; nothing was sent"


@contextmanager
def stopping() -> Iterator[None]:
    """Raise `Stop` for everything by which the parts of this program say that they cannot go on."""
    try:
        yield
    except Misused as misuse:
        raise Stop(codes.USAGE, (error(str(misuse), advice=misuse.advice),)) from misuse
    except Denied as denied:
        raise Stop(denied.exit_code, (error(str(denied), advice=denied.advice),)) from denied
    except Unheard as unheard:
        raise Stop(codes.ERROR, (error(str(unheard), advice=f"{unheard.without}; {_HEAR}"),)) from unheard
    except Broken as broken:
        said = f"the target could not be read: {broken}"
        raise Stop(codes.ERROR, (error(said, advice=_REACH),)) from broken
    except Unspilled as fault:
        raise Stop(codes.ERROR, (error(str(fault), advice=fault.advice),)) from fault
    except StoreError as fault:
        raise Stop(codes.ERROR, (error(str(fault), advice=fault.advice),)) from fault
