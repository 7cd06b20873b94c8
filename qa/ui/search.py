"""The search page as HTML: every hit with its rank and its scores."""

from collections.abc import Mapping, Sequence

from qa.results import Hit
from qa.retrieval.search import Candidate
from qa.ui.cards import hit_card
from qa.ui.layout import scope
from qa.ui.markup import attributes, bar, phrase
from qa.ui.thumbs import about

#: The parts of a score; see :class:`qa.retrieval.search.Candidate`.
LEGS = ("lexical", "dense", "match")


def finder_frame() -> str:
    """Return the page without hits, which ``library.js`` fills in."""
    return (
        f'<section class="finder"><h2>{phrase("find_title")}</h2>'
        f'<form class="find" role="search"><label class="spoken" for="query">{phrase("find_label")}'
        f'</label><input id="query" type="search" autocomplete="off" enterkeyhint="search" '
        f'{attributes(placeholder="find_hint")}><button type="submit">{phrase("find")}</button>'
        f'</form>{scope()}<p class="hint">{phrase("find_more")}</p>'
        '<div class="found" aria-live="polite"></div></section>'
    )


def search_results(query: str, hits: Sequence[Hit], candidates: Mapping[str, Candidate]) -> str:
    """Return the hits, best first, with bars relative to the best score of this search.

    Args:
        query: as searched.
        hits: the hits, best first.
        candidates: by passage id, the parts of each hit's score.
    """
    if not hits:
        return f'<p class="loading">{phrase("nothing_found")}</p>'
    best = {name: max(getattr(one, name) for one in candidates.values()) for name in LEGS}
    listed = "".join(
        f'<div class="hit"><div class="score"><b>{hit.rank}</b> '
        f"<span>{phrase('relevance', percent=f'{hit.relevance:.0%}')}</span>"
        f"<span>{phrase('score', score=f'{hit.score:.3f}')}</span>"
        f"{_bars(candidates.get(hit.passage_id), best)}</div>"
        f"{hit_card(hit, f'found-{hit.rank}')}</div>"
        for hit in hits
    )
    return f"<div{about(query, query, '[]')}>{listed}</div>"


def _bars(candidate: Candidate | None, best: Mapping[str, float]) -> str:
    """Return a bar for each part of a passage's score."""
    if candidate is None:  # the library changed between search and candidates
        return ""
    bars = "".join(
        f"<dt>{phrase(f'leg_{name}')}</dt><dd>{_bar(getattr(candidate, name), best[name])}</dd>"
        for name in LEGS
    )
    return f'<dl class="legs">{bars}</dl>'


def _bar(score: float, best: float) -> str:
    """Return a score as a number, and as a bar of its share of the best."""
    return f"{bar(score / max(best, 1e-9))}{score:.2f}"
