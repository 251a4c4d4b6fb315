"""SVG: lines of a terminal as a picture that needs no font of ours and loads nothing.

Each run is stretched to the columns that it fills, so that what stands below each other stays so in any
monospaced font. The letters are text: they can be searched, copied and read aloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.docs.pictures.screen import Look, Run

_COLUMN, _LINE, _MARGIN, _BAR = 8.4, 19, 16, 34
_STYLE = """\
text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  fill: #d6d9e0; white-space: pre }
.name { font: 13px system-ui, sans-serif; fill: #9aa2b1; text-anchor: middle }
.bold { font-weight: 700; fill: #ffffff }
.window { fill: #161a22; stroke: #3a414f }
.dim { fill: #828a99 }
.red { fill: #ff7b72 }
.green { fill: #7ee787 }
.yellow { fill: #e3b341 }
.blue { fill: #79c0ff }
.magenta { fill: #d2a8ff }
.cyan { fill: #56d4dd }"""


def picture(lines: Sequence[Sequence[Run]], *, width: int, name: str, said: str) -> str:
    """Draw lines of at most `width` columns; `name` stands on the window, `said` is for who cannot see it."""
    wide, high = round(width * _COLUMN + 2 * _MARGIN), len(lines) * _LINE + _BAR + _MARGIN
    drawn = [_text(run, number) for number, line in enumerate(lines) for run in line]
    dots = "".join(
        f'<circle cx="{x}" cy="17" r="5.5" fill="{colour}"/>'
        for x, colour in ((20, "#ff5f57"), (38, "#febc2e"), (56, "#28c840"))
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" role="img">
<title>{escape(said)}</title>
<style>
{_STYLE}
</style>
<rect class="window" x="0.5" y="0.5" width="{wide - 1}" height="{high - 1}" rx="9"/>
{dots}
<text class="name" x="{wide / 2:g}" y="22">{escape(name)}</text>
{"".join(drawn)}</svg>
"""


def _text(run: Run, number: int) -> str:
    lead = len(run.text) - len(run.text.lstrip())
    text = run.text.strip()
    x = _MARGIN + (run.column + lead) * _COLUMN
    y = _BAR + _LINE * number + 14
    kind = f' class="{names}"' if (names := _names(run.look)) else ""
    words = escape(text, quote=False)
    return f'<text{kind} x="{x:.1f}" y="{y}" textLength="{len(text) * _COLUMN:.1f}">{words}</text>\n'


def _names(look: Look) -> str:
    return " ".join(
        name for name, on in ((look.colour, look.colour), ("bold", look.bold), ("dim", look.dim)) if on
    )
