"""The reports: one format each, pure. They return text and never print; a new format is a new module."""
