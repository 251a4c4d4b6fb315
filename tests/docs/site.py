"""Site: the pages as the site's builder wants them, and the build itself, which forgives nothing.

The pages lie where readers of the repository look for them: in docs/, beside the examples, at the top. The
builder wants one folder. So they are laid out anew in build/docs, their links with them. A link to what is no
page keeps its words alone, because the site does not hold the files of the repository; a page that is called
by its file's name is called by its title. Comments are for the tests, and go.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from os.path import normpath, relpath
from pathlib import Path
from typing import Final

from tests.docs.pages import PAGES, ROOT

CONFIG: Final = ROOT / "zensical.toml"
_LINK = re.compile(r"(?P<image>!?)\[(?P<words>[^\]]*)\]\((?P<to>[^)\s]+)\)")
_FILE = re.compile(r"[\w./-]+\.md")
_COMMENT = re.compile(r"^<!-- .*? -->\n+", re.MULTILINE)
_CODE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def laid_out() -> Mapping[Path, str]:
    """Give each page's place in the site, and that of each picture, as a path below its top."""
    return {file: _place(file.relative_to(ROOT)) for file in (*PAGES, *(ROOT / "docs").glob("**/*.svg"))}


def page_for_site(page: Path) -> str:
    """Give a page's text with its links as they are in the site."""
    places = laid_out()
    parts = _CODE.split(page.read_text("utf-8"))
    return "".join(part if part.startswith("```") else _linked(part, page, places) for part in parts)


def lay_out(to: Path) -> None:
    """Write all pages and pictures into a folder that is emptied first."""
    shutil.rmtree(to, ignore_errors=True)
    for file, place in laid_out().items():
        (to / place).parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            (to / place).write_text(page_for_site(file), "utf-8")
        else:
            shutil.copyfile(file, to / place)
    shutil.copyfile(ROOT / "docs" / "site.css", to / "site.css")


def built(folder: Path) -> tuple[int, str]:
    """Build the site below a folder that holds `zensical.toml` and build/docs; give exit code and output.

    The builder ends with 0 after some errors, so a word of trouble in what it says counts as one too.
    """
    program = Path(sys.executable).with_name("zensical")
    ended = subprocess.run(
        [program, "build", "--strict", "--clean"], cwd=folder, capture_output=True, text=True, check=False
    )
    said = ended.stdout + ended.stderr
    troubled = re.search(r"\b(warning|error)\b", said, re.IGNORECASE) is not None
    return ended.returncode or int(troubled), said


def external(site: Path) -> Iterator[str]:
    """Give what the pages of a built site would load from elsewhere."""
    for file in sorted(site.glob("**/*.html")):
        text = file.read_text("utf-8")
        for found in re.finditer(
            r"<(?:script|img|link|iframe)\b[^>]*?\b(?:src|href)=\"?(?:https?:)?//[^>]*", text
        ):
            if 'rel="canonical"' not in found[0]:
                yield f"{file.relative_to(site)}: {found[0]}"


def _place(path: Path) -> str:
    match path.parts:
        case ("docs", *rest):
            return "/".join(rest)
        case ("examples", folder, "README.md"):
            return f"examples/{folder}.md"
        case _:
            return f"project/{path.name.lower()}"


def _linked(text: str, page: Path, places: Mapping[Path, str]) -> str:
    here = Path(places[page]).parent

    def link(found: re.Match[str]) -> str:
        if re.match(r"[a-z]+:|#", found["to"]):
            return found[0]
        name, _, heading = found["to"].partition("#")
        file = Path(normpath(page.parent / name))
        if file not in places:
            return found["words"]
        words = _title(file) if _FILE.fullmatch(found["words"]) else found["words"]
        return f"{found['image']}[{words}]({relpath(places[file], here)}{'#' if heading else ''}{heading})"

    return _LINK.sub(link, _COMMENT.sub("", text))


def _title(page: Path) -> str:
    """Give the name of a page: its first heading, up to a colon."""
    return page.read_text("utf-8").partition("\n")[0].removeprefix("# ").partition(":")[0]


def main() -> int:
    """Lay the pages out and build the site in build/site; print what the builder says when it complains."""
    lay_out(ROOT / "build" / "docs")
    code, said = built(ROOT)
    loaded = list(external(ROOT / "build" / "site"))
    if code or loaded:
        sys.stderr.write("\n".join([said, *(f"not from here: {each}" for each in loaded)]) + "\n")
    return code or int(bool(loaded))


if __name__ == "__main__":
    sys.exit(main())
