"""Write the parts of the documentation that the code knows again: `make docs`."""

from tests.docs.pages import PAGES, rewritten

for page in PAGES:
    text = page.read_text("utf-8")
    if (new := rewritten(text)) != text:
        page.write_text(new, "utf-8")
