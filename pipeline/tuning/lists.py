"""Finds the words of a place in the word lists of a stage, and the entries that come near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.article import Article
from pipeline.rulebook import Rulebook, place_of_list
from pipeline.stages.entities.gazetteers import LEXICONS
from pipeline.tuning.nearness import Stretch

MOST_WORDS = 6
"""Words of the longest entry that is looked for."""

MOST_NEAR = 3

READS_SMALL_WORDS = frozenset({"references", "dates"})
"""Stages in which "it" or "a" by itself can matter."""


@dataclass(frozen=True)
class ListedWord:
    """An entry of a word list that stands at a place, or nearly."""

    list: str
    """As findings name it: `goods/goods`."""
    file: str
    line: int
    word: str
    """As the list has it."""
    known: str
    """What the list says of it, or empty."""
    needs: str
    """Why it does not hold here: its other words, or its letters; empty where it does."""


def listed_words(book: Rulebook, article: Article, place: Stretch) -> Iterator[ListedWord]:
    """The entries of a stage's own lists at a place: those that stand there, then those near."""
    span = article.doc.char_span(*place, alignment_mode="expand")
    if span is None or not span.text.strip():
        return
    stretches = list(_stretches(article, span.start, span.end))
    words = {text for text, _ in stretches} | {lemma for _, lemma in stretches}
    words = {word for word in words if any(letter.isalpha() for letter in word)}
    if book.name not in READS_SMALL_WORDS:
        words -= {word for token in span if token.is_stop for word in (token.text, token.lemma_)}
    low = {word.lower() for word in words}
    singles = {token.lower_ for token in span if token.is_alpha and not token.is_stop}
    near: list[ListedWord] = []
    for name in _own_lists(book):
        place_ = place_of_list(f"{_stem(book, name)}/{name}")
        if place_ is None:
            continue
        for entry, known in book.lexicons[name].items():
            needs = ""
            if entry not in words and entry.lower() in low:
                needs = f"written as {entry!r}" if book.name == "entities" else ""
            elif entry.lower() not in low:
                first, _, rest = entry.lower().partition(" ")
                if not rest or first not in singles:
                    continue
                needs = f"{rest!r} after {first!r}"
            found = ListedWord(
                list=f"{_stem(book, name)}/{name}",
                file=place_.file,
                line=place_.line,
                word=entry,
                known=_said(known),
                needs=needs,
            )
            if needs:
                near.append(found)
            else:
                yield found
    yield from near[:MOST_NEAR]


def _own_lists(book: Rulebook) -> Iterator[str]:
    """The lists that stand in the stage's file, or whose words it finds by themselves."""
    for name in book.lexicons:
        if place_of_list(f"{_stem(book, name)}/{name}") is not None:
            yield name


def _stem(book: Rulebook, name: str) -> str:
    return LEXICONS.get(name, book.name) if book.name == "entities" else book.name


def _stretches(article: Article, first: int, last: int) -> Iterator[tuple[str, str]]:
    """The runs of words over a place, as they stand and with the last word's lemma."""
    doc = article.doc
    for start in range(max(0, first - MOST_WORDS + 1), last):
        for end in range(max(start, first) + 1, min(len(doc), start + MOST_WORDS) + 1):
            text = " ".join(doc[start:end].text.split())
            head = doc[start : end - 1].text
            yield text, " ".join(f"{head} {doc[end - 1].lemma_}".split())


def _said(known: Any) -> str:
    if known is None:
        return ""
    if isinstance(known, Mapping):
        return ", ".join(f"{key} {value}" for key, value in known.items())
    return str(known)
