"""A new rule from a place in an article: its sentence becomes the first example."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.article import Article
from pipeline.frames import FramePattern
from pipeline.patterns import Hit, RegexPattern
from pipeline.rulebook import Rule, Rulebook
from pipeline.tuning.nearest import sentence_around
from pipeline.tuning.nearness import Stretch

WORDS_IN_ID = 4
NUMBER = re.compile(r"[$€£¥]?\d[\d,.]*\d|\d")
AMOUNT = re.compile(rf"(?:{NUMBER.pattern})\s?(?:%|(?:percent|per\s?cent|pct)\b)?")
"""A number with the percent sign or word that belongs to it."""


class PlaceError(ValueError):
    """No rule can be begun at a place; the message says why, and where one could."""


@dataclass(frozen=True)
class Form:
    """What the rules of one kind have in common: what a new one must have to be read."""

    finds: str
    numbers: tuple[str, ...] = ()
    """Slots that all fill, most with an amount, in text order."""
    whole: str | None = None
    """The slot that is all that a rule of this kind matches."""
    others: tuple[str, ...] = ()
    """Slots that all fill with other words."""
    gives: Mapping[str, Any] | None = None
    """The constants that all give, each with its most frequent value."""
    frame: FramePattern | None = None
    """The first frame, where the rules of this kind are frames."""


def form_of(book: Rulebook, finds: str) -> Form:
    """The form of a kind of rule, read off the rules of this kind and their examples."""
    rules = book.by_kind[finds]
    frames = [rule.pattern for rule in rules if isinstance(rule.pattern, FramePattern)]
    hits = [(text, hit) for rule in rules for text, hit in _hits(rule)]
    filled = [set(hit.slots) for _, hit in hits]
    common = set.intersection(*filled) if filled else set()
    order = sorted(common, key=lambda name: hits[0][1].slots[name].start)
    digits = [
        name
        for name in order
        if 2 * sum(bool(re.search(r"\d", _words(t, hit, name))) for t, hit in hits) > len(hits)
    ]
    whole = [n for n in order if all(h.slots[n][:2] == (h.start, h.end) for _, h in hits)]
    shared = set.intersection(*(set(rule.gives) for rule in rules))
    gives = {
        name: Counter(str(rule.gives[name]) for rule in rules).most_common(1)[0][0]
        for name in rules[0].gives
        if name in shared
    }
    return Form(
        finds=finds,
        numbers=tuple(digits),
        whole=whole[0] if whole else None,
        others=tuple(name for name in order if name not in (*digits, *whole)),
        gives=gives or None,
        frame=frames[0] if len(frames) == len(rules) else None,
    )


def _hits(rule: Rule) -> Iterator[tuple[str, Hit]]:
    """The match on the marked words of each example of a regex rule."""
    if isinstance(rule.pattern, RegexPattern):
        for example in rule.examples:
            if example.kind == "matches":
                for hit in rule.pattern.find(example.text):
                    if (hit.start, hit.end) == example.marks[0]:
                        yield example.text, hit


def _words(text: str, hit: Hit, slot: str) -> str:
    return text[hit.slots[slot].start : hit.slots[slot].end]


def scaffold(article: Article, place: Stretch, *, kind: str, book: Rulebook | None = None) -> str:
    """A rule file with one rule that matches the words of a place, to be widened by hand.

    With the `book` of a stage the rule has the form that rules of its `kind` have there. Raises
    `PlaceError` where the place holds no words, or cuts one.
    """
    start, end = words_at(article, place)
    text = article.text
    words = text[start:end]
    form = form_of(book, kind) if book is not None else Form(kind)
    pattern, (first, last) = pattern_of(form, words, article, start)
    by_line = book is not None and book.name == "reading"
    from_, to = lines_around(text, start, end) if by_line else sentence_around(article, place)
    marked = f"{text[from_:first]}[[{text[first:last]}]]{text[last:to]}"
    example: dict[str, Any] = {"text": marked.strip() if by_line else " ".join(marked.split())}
    if article.published is not None:
        example["published"] = article.published.value
    if book is not None and book.name == "dates":
        example["gives"] = {"value": "write its TIMEX3 value: 2025-03-04, 2025-Q1, P90D"}
    entry = {
        "id": name_of(words),
        "note": " ".join(notes_of(form, article)),
        **({"finds": kind} if kind else {}),
        **pattern,
        **({"gives": dict(form.gives)} if form.gives else {}),
        "matches": [example],
        "rejects": [{"text": TO_WRITE, "why": "say why it must not"}],
    }
    return yaml.safe_dump(
        {"rules": [entry]}, allow_unicode=True, sort_keys=False, width=100, default_flow_style=False
    )


TO_WRITE = "Write a sentence in which the rule must not fire."


def words_at(article: Article, place: Stretch) -> Stretch:
    """The words at a place, without the white space around them."""
    start, end = place
    text = article.text
    if not 0 <= start < end <= len(text):
        raise PlaceError(
            f"{start}-{end} is no stretch of the article, which has 0 to {len(text)}; "
            "the first number is the first character, the second the one after the last"
        )
    words = text[start:end]
    if not words.strip():
        raise PlaceError(f"no words stand at {start}-{end}")
    start += len(words) - len(words.lstrip())
    end = start + len(words.strip())
    whole = start, end
    while whole[0] and text[whole[0] - 1 : whole[0] + 1].isalnum():
        whole = whole[0] - 1, whole[1]
    while text[whole[1] - 1 : whole[1] + 1].isalnum() and whole[1] < len(text):
        whole = whole[0], whole[1] + 1
    if whole != (start, end):
        raise PlaceError(
            f"{start}-{end} cuts a word, {text[start:end]!r}; "
            f"{whole[0]}-{whole[1]} is {text[slice(*whole)]!r}"
        )
    return start, end


def pattern_of(
    form: Form, words: str, article: Article, start: int
) -> tuple[dict[str, Any], Stretch]:
    """The pattern for some words, as a rule file has it, and the source offsets that it matches."""
    end = start + len(words)
    if form.frame is not None:
        return frame_of(form.frame, article, (start, end))
    amounts = [found.span() for found in AMOUNT.finditer(words)]
    amounts = [(a, a + len(words[a:b].rstrip())) for a, b in amounts]
    if form.whole in form.numbers and amounts:
        first, last = amounts[0]
        around = [f"(?<= {literal(words[:first])} \\s )"] if words[:first].strip() else []
        around.append(f"(?P<{form.whole}> {literal(words[first:last])} )")
        around += [f"(?= \\s {literal(words[last:])} )"] if words[last:].strip() else []
        return {"regex": " ".join(around)}, (start + first, start + last)
    if form.whole is not None:
        return {"regex": f"(?P<{form.whole}> {literal(words)} )"}, (start, end)
    cuts: list[tuple[str, int, int]] = []
    done = 0
    for name, (first, last) in zip(form.numbers, amounts, strict=False):
        cuts += [("", done, first), (name, first, last)]
        done = last
    cuts.append(("", done, len(words)))
    return {"regex": in_pieces(words, cuts)}, (start, end)


def in_pieces(words: str, cuts: Sequence[tuple[str, int, int]]) -> str:
    """Words as a regex, those of a cut with a name as the group of that name."""
    pieces: list[str] = []
    space = False
    for name, first, last in cuts:
        said = words[first:last]
        if said.strip():
            space = space or said[0].isspace()
            pieces += [r"\s+"] if pieces and space else []
            pieces.append(f"(?P<{name}> {literal(said)} )" if name else literal(said))
            space = said[-1].isspace()
        else:
            space = space or bool(said)
    return " ".join(pieces)


def frame_of(
    like: FramePattern, article: Article, place: Stretch
) -> tuple[dict[str, Any], Stretch]:
    """A frame whose cue is a word of a place, with the places that another frame has."""
    span = article.doc.char_span(*place, alignment_mode="expand")
    tokens = list(span) if span is not None else []
    cue = next((token for token in tokens if token.pos_ == like.pos), None)
    if cue is None:
        kind = like.pos.lower()
        raise PlaceError(f"the words hold no {kind}, which rules of this kind begin with")
    places = {each.where: each.slot + ("?" if each.optional else "") for each in like.places}
    cues = (cue.lemma_.lower(),)
    hit = FramePattern(cues, like.pos, like.places).at(cue)
    if hit is None:
        raise PlaceError(f"{cue.text!r} has nothing in the place of {' or '.join(places)}")
    return {"frame": {like.pos.lower(): cues[0], "places": places}}, (hit.start, hit.end)


def name_of(words: str) -> str:
    """A rule id from the first of some words."""
    parts = re.findall(r"[a-z0-9]+", words.lower())[:WORDS_IN_ID]
    name = "-".join(parts) or "new-rule"
    return name if name[0].isalpha() else f"n-{name}"


def notes_of(form: Form, article: Article) -> Iterator[str]:
    """What is to be filled in."""
    yield f"Say in a sentence what wording this is; it was seen in {article.id}."
    names = ", ".join(form.others)
    if names:
        yield f"Rules of this kind name these pieces too, (?P<name> …): {names}."


def lines_around(text: str, start: int, end: int) -> Stretch:
    """The lines on which some words stand, for rules that read line by line."""
    last = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, last if last >= 0 else len(text)


def literal(words: str) -> str:
    """Words as a verbose regex that matches them, whatever white space stands between."""
    return r" \s+ ".join(re.escape(word) for word in words.split())
