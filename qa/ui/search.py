"""Searching without asking: every hit with its rank and score, nothing held back."""

from collections.abc import Mapping, Sequence

from qa.results import Hit
from qa.retrieval.search import Candidate
from qa.ui.cards import hit_card
from qa.ui.layout import scope
from qa.ui.markup import attributes, phrase
from qa.ui.thumbs import about

#: What a score is made of; see :class:`qa.retrieval.search.Candidate`.
LEGS = ("lexical", "dense", "match")


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


def found(query: str, hits: Sequence[Hit], weighed: Mapping[str, Candidate]) -> str:
    """The hits, best first; bars compare them with the best of this search only.

    Args:
        query: as searched.
        hits: what was found.
        weighed: by passage id, the scores that each hit's score was made of.
    """
    if not hits:
        return f'<p class="loading">{phrase("nothing_found")}</p>'
    best = {name: max(getattr(one, name) for one in weighed.values()) for name in LEGS}
    listed = "".join(
        f'<div class="hit"><div class="score"><b>{hit.rank}</b> '
        f"<span>{phrase('score', score=f'{hit.score:.3f}')}</span>"
        f"{_bars(weighed.get(hit.passage_id), best)}</div>"
        f"{hit_card(hit, f'found-{hit.rank}')}</div>"
        for hit in hits
    )
    return f"<div{about(query, query, '[]')}>{listed}</div>"


def _bars(candidate: Candidate | None, best: Mapping[str, float]) -> str:
    """How each leg of the ranking saw a passage."""
    if candidate is None:  # the library changed between the two
        return ""
    bars = "".join(
        f"<dt>{phrase(f'leg_{name}')}</dt><dd>{_bar(getattr(candidate, name), best[name])}</dd>"
        for name in LEGS
    )
    return f'<dl class="legs">{bars}</dl>'


def _bar(score: float, best: float) -> str:
    """A score as a number and as its share of the best."""
    percent = round(100 * min(max(score / max(best, 1e-9), 0.0), 1.0))
    width = f'<span class="bar" aria-hidden="true"><i style="width:{percent}%"></i></span>'
    return f"{width}{score:.2f}"
