"""How near a regex comes: the longest row of its elements, from either end, that stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from pipeline.compiled import FLAGS
from pipeline.patterns import SEARCH_TIMEOUT_S, PatternError
from pipeline.rulebook import Lexicon, Rulebook
from pipeline.tuning.conditions import element_in_words
from pipeline.tuning.elements import (
    branches,
    flattened,
    is_condition,
    is_flag,
    is_optional,
    quantifier_of,
)
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
    if found is None or is_optional(row[count]) or _is_only_around(row[count], _met(row[:held])):
        return
    whole = look(row[:count])
    if whole is None or _cuts(spot.text, whole[1]) or not _says(spot.text[slice(*found)]):
        return
    yield Miss(
        *found,
        needs=element_in_words(row[count], book) + _within(row[held:count], book),
        met=next_word(spot.text, found[1], spot.window[1]),
        side="after",
        passed=_met(row[:held]),
        conditions=_needed(row),
    )


def _from_end(row: Row, look: Look, book: Rulebook, spot: Spot) -> Iterator[Miss]:
    total = len(row)
    count = _longest(row, lambda length: row[total - length :], look, spot.least)
    held = count
    while held and is_optional(row[total - held]):
        held -= 1
    found = look(row[total - held :]) if held else None
    before = row[total - count - 1]
    if found is None or is_optional(before) or _is_only_around(before, _met(row[total - held :])):
        return
    whole = look(row[total - count :])
    if whole is None or _cuts(spot.text, whole[0]) or not _says(spot.text[slice(*found)]):
        return
    yield Miss(
        *found,
        needs=element_in_words(before, book) + _within(row[total - count : total - held], book),
        met=word_before(spot.text, found[0], spot.window[0]),
        side="before",
        passed=_met(row[total - held :]),
        conditions=_needed(row),
    )


def _says(words: str) -> bool:
    """Whether words are more than signs and small words, which stand everywhere."""
    return regex.search(r"\d|[^\W\d_]{4}", words) is not None


def _is_only_around(element: str, passed: int) -> bool:
    """Whether one condition holds, and what fails is only a look around: that is not near."""
    return passed == 1 and element.startswith(("(?<=", "(?="))


def _cuts(text: str, at: int) -> bool:
    """Whether an offset stands inside a word: a part of it is no part of a pattern."""
    return text[at - 1 : at].isalpha() and text[at : at + 1].isalpha()


def _longest(row: Row, part: Callable[[int], Row], look: Look, least: float) -> int:
    """The greatest length of a part, less than the whole, that is found; 0 where none is.

    Each shorter part is found where a longer one is.
    """
    enough = least * _needed(row)
    low = next((n for n in range(1, len(row)) if _met(part(n)) >= max(1, enough)), 0)
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


def _met(row: Row) -> int:
    return sum(is_condition(element) for element in row)


def _needed(row: Row) -> int:
    """How many conditions a row has; a row of mere signs has one."""
    return max(1, sum(is_condition(element) for element in row))


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
