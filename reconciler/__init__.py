"""Declarative reconciliation of a retailer's Altcraft Market: YAML in Git, previewed, then applied.

The package's front room holds the version and nothing else, so that importing it costs nothing and
`reconciler --version` answers at once. It must not import any of its own modules: a reader starts at
`reconciler.pipeline`, a user at the command line.
"""

__version__ = "0.1.0"
