"""The commands: a module each, or a package where one has parts; `reconciler.cli.root` names and loads them.

What several of them share (console, options, progress, signals) lies one floor below, in `reconciler.cli`.
"""
