"""Write the golden files again: `make docs`."""

from tests.reports.goldens import FOLDER, GOLDENS

FOLDER.mkdir(exist_ok=True)
for name, render in GOLDENS.items():
    (FOLDER / name).write_text(render(), encoding="utf-8")
