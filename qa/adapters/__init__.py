"""Libraries as retrievers of other frameworks; each module needs the extra of its name.

These modules import :mod:`qa.library` and its results; nothing imports them.
"""
