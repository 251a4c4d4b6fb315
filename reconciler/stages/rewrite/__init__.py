"""Rewrite: the same manifest or settings file in the layout that all of them share, comments kept.

The round trip of ruamel.yaml moves text and understands none of it: here it sees every plain scalar as mere
text, so that `00012` and `1.50` come back as they were written. It is slow and, in odd corners, forgetful. So
its result is taken only when reading it gives the same data, the same comments in the same order, and when
formatting it again changes nothing; else the file is left alone and a warning says so. It must never decide
what a file should say.
"""

from reconciler.stages.rewrite.layout import Formatted, format_text
from reconciler.stages.rewrite.merging import Head, Merged, merge

__all__ = ["Formatted", "Head", "Merged", "format_text", "merge"]
