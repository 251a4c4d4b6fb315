"""Weighing: what a plan itself takes of memory, where that was to be little."""

from __future__ import annotations

from typing import Final

from reconciler.reports.shown.values import number

CHANGE: Final = 860
"""Bytes that a change which is an object takes in memory, measured over 100,000."""


def weight_line(changes: int, limit: int) -> str:
    """Say that so many changes alone take more than a limit of so many bytes; empty where they do not."""
    takes = changes * CHANGE
    if takes <= limit:
        return ""
    return (
        f"--memory-limit bounds what is wanted, not what differs: {number(changes)} changes take about "
        f"{number(takes >> 20)} MiB by themselves. --only plans a part of them."
    )
