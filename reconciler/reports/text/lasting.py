"""Lasting: how long something takes, in words that do not pretend to know it better."""

from __future__ import annotations

from reconciler.reports.shown.values import number


def lasting(seconds: float) -> str:
    """Write a length of time: seconds up to two minutes, minutes up to two hours, then hours."""
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    if seconds < 7200:
        return f"{round(seconds / 60)} min"
    return f"{number(round(seconds / 3600))} h"


def estimate_line(seconds: float, at_once: int, per_second: float) -> str:
    """Say how long a plan may take, and at which pace."""
    rate = f" and {per_second:g} a second" if per_second else ""
    return f"About {lasting(seconds)} at {at_once} requests at a time{rate}."


def going(done: int, total: int, seconds: float) -> str:
    """Say at which rate changes end and how long the others may take; empty while that cannot be told."""
    if not done or seconds <= 0:
        return ""
    rate = done / seconds
    told = f"{number(round(rate))} a second" if rate >= 1 else f"{number(round(rate * 60))} a minute"
    return told if done >= total else f"{told}, about {lasting((total - done) / rate)} left"
