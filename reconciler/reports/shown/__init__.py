"""Shown: what is put to people alike in every format, before any markup. Pure, and it knows no format.

A format decides how a value is quoted and where a line breaks; what belongs together, which words are used
and which lines have a fixed form is decided here, so that two reports of one plan never disagree.
"""
