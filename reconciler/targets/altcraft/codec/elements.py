"""Elements: the parser of XML answers. The only module that knows lxml.

An answer comes from a gateway that nobody here controls, so little is read: elements and their text, in
UTF-8. A document type ends the reading before an entity of it is looked at, nothing is ever fetched, and
depth, number and size have limits. Built while it is parsed, so that what is too much is never held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from lxml import etree

from reconciler.targets.altcraft.codec.words import Garbled

DEEPEST: Final = 32
"""Elements within each other; the documented answers have five."""
MOST: Final = 500_000
"""Elements in one answer: ten thousand orders of three lines have fewer."""


@dataclass(slots=True)
class Element:
    """One element. Attributes and namespaces are not kept, for the API has none."""

    name: str
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it but white space."""
        return not self.children and not self.text.strip()


class _Builder:
    """Takes what the parser finds, piece by piece; the names of its methods are the parser's."""

    def __init__(self) -> None:
        self._root = Element("")
        self._open = [self._root]
        self._pieces: list[str] = []
        self._count = 0

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) > DEEPEST:
            raise Garbled(f"the answer was nested deeper than {DEEPEST} elements")
        if self._count > MOST:
            raise Garbled(f"the answer held more than {MOST} elements")
        element = Element(tag.rpartition("}")[2])
        self._open[-1].children.append(element)
        self._open.append(element)
        self._pieces.clear()

    def data(self, text: str) -> None:
        self._pieces.append(text)

    def end(self, _: str) -> None:
        element = self._open.pop()
        if not element.children:
            element.text = "".join(self._pieces)
        self._pieces.clear()

    def doctype(self, *_: str | None) -> NoReturn:
        raise Garbled("the answer declared a document type, which is never read")

    def close(self) -> list[Element]:
        """Give what stands at the top; called after a failure too, and then it may be nothing."""
        return self._root.children


def parse(body: bytes) -> Element:
    """Read the root of an answer. Raises Garbled for what is no XML in UTF-8, and for what is refused."""
    parser = etree.XMLParser(
        target=_Builder(),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        top: list[Element] = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise Garbled(_reason(body)) from None
    return top[0]


def _reason(body: bytes) -> str:
    said = body.strip()
    if not said:
        return "the answer was empty"
    if said.startswith((b"<xml", b"<?xml")) and not said.endswith(b"</xml>"):
        return "the answer was cut off"
    return "the answer was no XML"
