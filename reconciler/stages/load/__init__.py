"""Load: files to documents, with the place of every value.

`parse` reads the bytes of one file, `interpolate` puts variables in, and `load` does both for all the files
that some patterns name. Nothing here knows what a manifest should say; what a person did wrong comes back as
diagnostics and is never raised.
"""

from reconciler.stages.load.anchors import Limits
from reconciler.stages.load.loading import Loaded, load
from reconciler.stages.load.reader import Parsed, ParserMissing, parse
from reconciler.stages.load.variables import interpolate

__all__ = ["Limits", "Loaded", "Parsed", "ParserMissing", "interpolate", "load", "parse"]
