"""What is measured, and how to run it: `python -m bench --help`. Never installed, never part of the tests."""
