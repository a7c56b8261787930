"""How near a regex comes: the longest row of its elements, from either end, that stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from pipeline.patterns import FLAGS, SEARCH_TIMEOUT_S, PatternError
from pipeline.rulebook import Lexicon, Rulebook
from pipeline.tuning.conditions import element_in_words
from pipeline.tuning.elements import branches, flattened, is_flag, is_optional, quantifier_of
from pipeline.tuning.nearness import Miss, Stretch, distance, is_near, next_word, word_before

Row = Sequence[str]
"""Elements of a regex that must follow each other."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to look: the text, the window (a sentence) and the place in it."""

    book: Rulebook
    """With the words alone that stand there: see `spoken`."""
    text: str
    window: Stretch
    place: Stretch
    taken: Sequence[Stretch] = ()
    """Where the whole pattern matches, which is no near miss."""
    least: float = 0.0
    """Share of its conditions that a pattern must meet; less is not looked for."""


def near_regex(written: str, book: Rulebook, spot: Spot) -> Iterator[Miss]:
    """How near each alternative of a regex comes, from its beginning and from its end."""
    for branch in branches(written):
        flags = " ".join(element for element in branch if is_flag(element))
        row = [element for element in branch if not is_flag(element)]
        if "(?P=" not in written:  # what is named must stay named where it is said again
            row = flattened(row)

        def look(part: Row, flags: str = flags) -> Stretch | None:
            return find(f"{flags} {' '.join(part)}", spot)

        yield from _from_start(row, look, book, spot)
        yield from _from_end(row, look, book, spot)


Look = Callable[[Row], Stretch | None]


def _from_start(row: Row, look: Look, book: Rulebook, spot: Spot) -> Iterator[Miss]:
    count = _longest(row, lambda length: row[:length], look, spot.least)
    held = count
    while held and is_optional(row[held - 1]):
        held -= 1  # what may be left out takes words that were to be met
    found = look(row[:held]) if held else None
    if found is None or is_optional(row[count]) or (held == count and _cuts(spot.text, found[1])):
        return
    yield Miss(
        *found,
        needs=element_in_words(row[count], book) + _within(row[held:count], book),
        met=next_word(spot.text, found[1], spot.window[1]),
        side="after",
        passed=_needed(row[:held]),
        conditions=_needed(row),
    )


def _from_end(row: Row, look: Look, book: Rulebook, spot: Spot) -> Iterator[Miss]:
    total = len(row)
    count = _longest(row, lambda length: row[total - length :], look, spot.least)
    held = count
    while held and is_optional(row[total - held]):
        held -= 1
    found = look(row[total - held :]) if held else None
    if found is None or is_optional(row[total - count - 1]):
        return
    if held == count and _cuts(spot.text, found[0]):
        return
    yield Miss(
        *found,
        needs=element_in_words(row[total - count - 1], book)
        + _within(row[total - count : total - held], book),
        met=word_before(spot.text, found[0], spot.window[0]),
        side="before",
        passed=_needed(row[total - held :]),
        conditions=_needed(row),
    )


def _cuts(text: str, at: int) -> bool:
    """Whether an offset stands inside a word: a part of it is no part of a pattern."""
    return text[at - 1 : at].isalpha() and text[at : at + 1].isalpha()


def _longest(row: Row, part: Callable[[int], Row], look: Look, least: float) -> int:
    """The greatest length of a part, less than the whole, that is found; 0 where none is.

    Each shorter part is found where a longer one is.
    """
    enough = max(1, least * _needed(row))
    low = next((n for n in range(1, len(row)) if _needed(part(n)) >= enough), 0)
    if low == 0 or look(part(low)) is None:
        return 0
    high = len(row) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if look(part(middle)) is not None:
            low = middle
        else:
            high = middle - 1
    return low


def _needed(row: Row) -> int:
    return sum(not is_optional(element) for element in row)


def _within(gap: Row, book: Rulebook) -> str:
    """How far away it may stand: what may be left out between."""
    for element in gap:
        bare, quantifier = quantifier_of(element)
        if (bound := regex.search(r",(\d+)", quantifier)) is not None:
            said = element_in_words(bare, book)
            return f" (between them up to {bound.group(1)} of: {said})"
    return ""


def spoken(book: Rulebook, text: str) -> Rulebook:
    """A book whose lexicons hold only words of a text: thousands less to be compiled."""
    there = " ".join(text.split()).replace("’", "'").replace("‑", "-").lower()
    lexicons: dict[str, Lexicon] = {}
    for name, words in book.lexicons.items():
        kept = {word: known for word, known in words.items() if word.lower() in there}
        lexicons[name] = kept or {"\0": None}  # no text has this, and so it never matches
    return replace(book, lexicons=lexicons)


def find(source: str, spot: Spot) -> Stretch | None:
    """The match of a part of a pattern that stands nearest to the place, if one is near."""
    pattern = _compiled(source, spot.book)
    if pattern is None:
        return None
    try:
        spans = [
            m.span()
            for m in pattern.finditer(spot.text, *spot.window, timeout=SEARCH_TIMEOUT_S)
            if m.group().strip() and is_near(m.span(), spot.place)
            if all(m.end() <= start or end <= m.start() for start, end in spot.taken)
        ]
    except TimeoutError:  # a part can backtrack where the whole does not
        return None
    return min(spans, key=lambda span: distance(span, spot.place), default=None)


def _compiled(source: str, book: Rulebook) -> regex.Pattern[str] | None:
    try:
        return _compile(book.regex(source))
    except (regex.error, PatternError):  # a part that is no pattern, as of a conditional
        return None


@lru_cache(maxsize=4096)
def _compile(source: str) -> regex.Pattern[str]:
    return regex.compile(source, FLAGS)
