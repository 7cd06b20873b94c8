"""Prepares the pages for the site.

Links that leave ``docs/`` become plain paths: on the code host ``[the benchmarks](../benchmarks/
README.md)`` leads to a file of the repository, and the site contains the pages of ``docs/`` alone.
The line that links to the other language is left out.
"""

import re

# "English · [中文](guide.zh.md)": the site has a switch of its own.
_SWITCH = re.compile(r"^.*\]\([a-z]+\.zh\.md\).*\n", re.MULTILINE)
_LEAVING = re.compile(r"\[([^\]]+)\]\(\.\./([^)#\s]+)[^)]*\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Return the page with each link to a file outside ``docs/`` as its path."""
    return _LEAVING.sub(r"\1 (`\2`)", _SWITCH.sub("", markdown, count=1))
