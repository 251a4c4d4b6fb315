"""Hostile texts: what people, systems and vandals write, for laws that any text must keep."""

from hypothesis import strategies as st

NASTY = (
    "</script><script>alert(1)</script>",
    "<!-- -->",
    "-->",
    "<details>",
    "</details>",
    "![x](https://evil.invalid/x.png)",
    "[click](javascript:alert(1))",
    "https://evil.invalid/?a=1",
    "www.evil.invalid",
    "@everyone",
    "@acme/ops",
    "#1",
    "GH-1",
    "acme/shop#1",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "deadbeef",
    "someone@example.com",
    ":boom:",
    "$x^2$",
    "`",
    "``",
    "` `",
    "`` `",
    "a|b",
    "\\",
    "\\|",
    "*b*",
    "__b__",
    "~~s~~",
    "1. x",
    "- [ ] x",
    "> q",
    "# h",
    "\n\n# h",
    "\r\n",
    "\u2028",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\x1b[31m",
    "::error ::x",
    "%0A",
    "]]>",
    "&lt;",
    "&#64;x",
    " ",
    "  x  ",
    "{0}",
    "'\"",
)
texts = (
    st.lists(
        st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)),
        min_size=1,
        max_size=6,
    )
    .map("".join)
    .filter(bool)
)
"""Any text, most often one that somebody means something by."""
