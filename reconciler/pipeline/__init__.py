"""The pipeline: the stages in order. Each module is one step; read them in this order.

    declared   files --load--> documents --validate--> manifests, tables laid beneath them
    attended   manifests + live sources --derive--> what is wanted now; target --observe--> a world
    compared   wanted + world + record --diff--> what differs, sealed
    drawn      what differs --plan--> a plan, its limits, its requests; narrowed to what was approved
    sent       plan --apply--> outcomes, with the intent before, the result after and a verifying read

Nothing here prints, exits or reads the environment: who calls decides what to show. Whoever sends takes
`sent` by its name, so that what only plans does not load an apply.
"""

from __future__ import annotations

from reconciler.pipeline.attended import Attended, attend
from reconciler.pipeline.declared import Declared, Place, declare, emptiness, inputs_of
from reconciler.pipeline.drawn import Drawn, draw, hold_to
from reconciler.pipeline.question import Question

__all__ = [
    "Attended",
    "Declared",
    "Drawn",
    "Place",
    "Question",
    "attend",
    "declare",
    "draw",
    "emptiness",
    "hold_to",
    "inputs_of",
]
