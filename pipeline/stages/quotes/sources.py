"""Attribution without a verb: "according to" somebody, and a name with a colon."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pipeline.rulebook import Match
from pipeline.stages.quotes.cues import is_filler
from pipeline.stages.quotes.indirect import Tokens
from pipeline.stages.quotes.reports import CueWords
from pipeline.stages.quotes.speakers import Mention, mention_of
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP"})


SHORT_LABEL = 2
"""Words of a label that may be a name which only the rest of the article shows to be one."""


class Sourced(NamedTuple):
    """What a source is given for."""

    stretches: tuple[Tokens, ...]
    speaker: Mention
    cue: CueWords
    rule: str


def cue_words(layout: Layout, match: Match) -> CueWords:
    """The cue of a match of a regex rule."""
    slot = match.slots["cue"]
    return CueWords(
        slot.start, slot.end, " ".join(layout.text[slot.start : slot.end].lower().split())
    )


def according_to(layout: Layout, unit: Unit, match: Match) -> Sourced | None:
    """`Prices rose, according to the bank`; `According to the bank, prices rose`."""
    doc = layout.doc
    cue = cue_words(layout, match)
    i = next((t.i for t in doc[unit.first : unit.last] if t.idx >= cue.start), unit.last)
    after = next((t.i for t in doc[i : unit.last] if t.idx >= cue.end), unit.last)
    if i >= after or layout.quoted[i] >= 0:
        return None
    source = _source(layout, unit, after)
    if source is None:
        return None
    end = min(source.right_edge.i + 1, unit.last)
    end = next((k for k in range(after, end) if layout.quoted[k] >= 0), end)
    speaker = mention_of(layout, source)
    lead = [t for t in doc[unit.first : i] if not is_filler(t) and t.pos_ not in ("CCONJ", "ADV")]
    stretches: tuple[Tokens, ...]
    if lead:
        stretches = ((unit.first, i),)
        if end < unit.last and doc[end].text == "," and _goes_on(doc[i], end):
            stretches = (*stretches, (end + 1, unit.last))
    else:
        stretches = ((_content_start(layout, unit, end, speaker), unit.last),)
    return Sourced(stretches, speaker, cue, match.rule.id)


def _source(layout: Layout, unit: Unit, after: int) -> Token | None:
    """The head of the source, by the parse or else the next noun."""
    preposition = layout.doc[after - 1]
    for token in preposition.children:
        if token.dep_ in ("pobj", "pcomp") and token.i >= after:
            return token
    nouns = (t for t in layout.doc[after : unit.last] if t.pos_ in ("NOUN", "PROPN", "PRON"))
    return next(nouns, None)


def _content_start(layout: Layout, unit: Unit, end: int, speaker: Mention) -> int:
    """Where content begins after "According to the bank": after the comma, or after its words."""
    doc = layout.doc
    if end < unit.last and doc[end].text == ",":
        return end + 1
    for token in doc[min(end, unit.last) : unit.last]:
        if token.text == "," and layout.quoted[token.i] < 0:
            return int(token.i) + 1
    return next((t.i for t in doc[unit.first : unit.last] if t.idx >= speaker.end), unit.last)


def _goes_on(according: Token, end: int) -> bool:
    """Whether the clause that "according to" interrupts goes on after the source."""
    head = according.head
    return head.i >= end and head.pos_ in ("VERB", "AUX")


def labelled(
    layout: Layout, unit: Unit, match: Match, *, sources: frozenset[str], rubrics: frozenset[str]
) -> Sourced | None:
    """`Minister: tariffs will rise`: a name or a kind of source, a colon, and what it says."""
    doc = layout.doc
    cue = cue_words(layout, match)
    colon = next((t.i for t in doc[unit.first : unit.last] if t.idx >= cue.start), unit.last)
    label = [t for t in doc[unit.first : colon] if not is_filler(t)]
    if not label or colon + 1 >= unit.last or any(t.pos_ in ("VERB", "AUX") for t in label):
        return None
    if layout.quoted[colon] >= 0 and layout.quoted[unit.first] < 0:
        return None
    head = next((t for t in reversed(label) if t.pos_ in ("NOUN", "PROPN")), None)
    if head is None or any(t.like_num or t.text in "()" for t in doc[unit.first : colon]):
        return None
    if any(t.lower_ in rubrics for t in label):
        return None
    named = head.text.isupper() or any(t.ent_type_ in NAMED for t in label)
    if len(label) <= SHORT_LABEL and label[-1].text[0].isupper():
        named = named or any(t.text == head.text and t.ent_type_ in NAMED for t in doc)
    if not named and head.lemma_.lower() not in sources:
        return None
    last = label[-1]
    speaker = Mention(label[0].idx, last.idx + len(last), "stated", head.i)
    return Sourced(((colon + 1, unit.last),), speaker, cue, match.rule.id)


def unit_starts(layout: Layout, matches: list[Match]) -> Iterator[tuple[int, Match]]:
    """Each match with the number of the unit in which its cue stands."""
    number = 0
    for match in sorted(matches, key=lambda m: m.slots["cue"].start):
        start = match.slots["cue"].start
        while number < len(layout.units):
            last = layout.doc[layout.units[number].last - 1]
            if start < last.idx + len(last):
                break
            number += 1
        if number < len(layout.units) and layout.doc[layout.units[number].first].idx <= start:
            yield number, match
