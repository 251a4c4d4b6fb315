"""Draw all pictures again: `make docs`."""

from tests.docs.pictures.shots import PICTURES, SHOTS

PICTURES.mkdir(exist_ok=True)
for shot in SHOTS:
    shot.path.write_text(shot.drawn(), "utf-8")
