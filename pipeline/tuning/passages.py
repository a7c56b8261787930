"""The sentences of an article that a change is about, with the changed words marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.article import Article
from pipeline.tuning.comparing import Change, Sentence, Stretch

SHOWN = 2
"""Sentences of one change at most: an item that runs over a page is known by its beginning."""


def in_sentences(changes: Iterable[Change], article: Article) -> Iterator[Change]:
    """Changes in one parsed article, each with the sentences in which its words stand."""
    bounds = list(sentences_of(article))
    starts = [start for start, _ in bounds]
    for change in changes:
        places = [start for start, _ in change.spans] + [change.start]
        held = dict.fromkeys(bounds[max(bisect_right(starts, at) - 1, 0)] for at in places)
        shown = sorted(list(held)[:SHOWN])
        yield replace(change, sentences=tuple(marked(article.text, b, change.spans) for b in shown))


def sentences_of(article: Article) -> Iterator[Stretch]:
    """Where the sentences of an article are; furniture, which is not parsed, is one a piece."""
    furniture = sorted((piece.start, piece.end) for piece in article.boilerplate)
    ends = [sent.end_char for sent in article.doc.sents]
    cuts = sorted({0, len(article.text), *ends, *(at for piece in furniture for at in piece)})
    for start, end in pairwise(cuts):
        if article.text[start:end].strip():
            yield trimmed(article.text, start, end)


def trimmed(text: str, start: int, end: int) -> Stretch:
    """A stretch without the white space around it."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def marked(text: str, bounds: Stretch, spans: Sequence[Stretch]) -> Sentence:
    """A sentence with the parts of the spans that lie in it; those that meet become one."""
    start, end = bounds
    marks: list[Stretch] = []
    for low, high in sorted((max(a, start) - start, min(b, end) - start) for a, b in spans):
        if low < high:
            last = marks.pop() if marks and low <= marks[-1][1] else (low, high)
            marks.append((last[0], max(high, last[1])))
    return Sentence(start, text[start:end], tuple(marks))
