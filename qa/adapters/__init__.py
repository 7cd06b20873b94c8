"""Libraries as retrievers of other frameworks; each module needs the extra of its name.

Knows :mod:`qa.library` and its results; nothing else knows this room.
"""
