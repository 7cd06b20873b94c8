"""Searching without asking: every hit with its rank and score, nothing held back."""

from collections.abc import Sequence

from qa.results import Hit
from qa.ui.cards import hit_card
from qa.ui.frame import scope
from qa.ui.markup import attributes, phrase


def finder_frame() -> str:
    """The search part of the page; ``library.js`` fills in what was found."""
    return (
        f'<section class="finder"><h2>{phrase("find_title")}</h2>'
        f'<form class="find" role="search"><label class="spoken" for="query">{phrase("find_label")}'
        f'</label><input id="query" type="search" autocomplete="off" enterkeyhint="search" '
        f'{attributes(placeholder="find_hint")}><button type="submit">{phrase("find")}</button>'
        f'</form>{scope()}<p class="hint">{phrase("find_more")}</p>'
        '<div class="found" aria-live="polite"></div></section>'
    )


def found(hits: Sequence[Hit]) -> str:
    """The hits, best first; bars compare them with the best of this search only."""
    if not hits:
        return f'<p class="loading">{phrase("nothing_found")}</p>'
    best = max(hits[0].score, 1e-9)
    return "".join(
        f'<div class="hit"><p class="score"><b>{hit.rank}</b> '
        f"<span>{phrase('score', score=f'{hit.score:.3f}')}</span>"
        f'<span class="bar" aria-hidden="true"><i style="width:{_percent(hit.score / best)}%"></i>'
        f"</span></p>{hit_card(hit, f'found-{hit.rank}')}</div>"
        for hit in hits
    )


def _percent(share: float) -> int:
    return round(100 * min(max(share, 0.0), 1.0))
