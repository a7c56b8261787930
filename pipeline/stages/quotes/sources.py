"""Attribution without a verb: "according to", a name with a colon, a dash with a signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.stages.quotes.reports import CueWords
from pipeline.stages.quotes.speakers import Mention, mention_of
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

Attribution = tuple[tuple[tuple[int, int], ...], Mention | None, CueWords, str]
"""Token stretches, speaker, cue, rule."""

LONGEST_LABEL = 8
"""Words of a name before a colon: "Former Trade Minister Anna Lee:"."""


def according_to(layout: Layout, unit: Unit) -> Iterator[Attribution]:
    """`Prices rose, according to the bank.`, `According to the bank, prices rose.`"""
    doc = layout.doc
    for i in range(unit.first, unit.last - 1):
        token = doc[i]
        if token.lower_ != "according" or doc[i + 1].lower_ != "to" or layout.quoted[i] >= 0:
            continue
        source = next(
            (t for t in doc[i + 1].children if t.dep_ in ("pobj", "pcomp") and t.i > i), None
        )
        if source is None:
            source = next(
                (t for t in doc[i + 2 : unit.last] if t.pos_ in ("NOUN", "PROPN", "PRON")), None
            )
        if source is None:
            continue
        cue = CueWords(token.idx, doc[i + 1].idx + 2, "according to")
        end = min(source.right_edge.i + 1, unit.last)
        end = next((k for k in range(i + 2, end) if layout.quoted[k] >= 0), end)
        before = [
            t for t in doc[unit.first : i] if not t.is_punct and t.pos_ not in ("CCONJ", "ADV")
        ]
        stretches: list[tuple[int, int]] = []
        if before:
            first = unit.first
            stretches.append((first, i))
            if end < unit.last and doc[end].text == "," and _goes_on(layout, end + 1, unit, token):
                stretches.append((end + 1, unit.last))
        else:
            k = end
            if k < unit.last and doc[k].text != ",":
                comma = next(
                    (
                        j
                        for j in range(i + 2, unit.last)
                        if doc[j].text == "," and layout.quoted[j] < 0
                    ),
                    None,
                )
                named = mention_of(layout, source)
                k = (
                    comma
                    if comma is not None
                    else next(
                        (t.i - 1 for t in doc[i + 2 : unit.last] if t.idx >= named.end), unit.last
                    )
                )
            stretches.append((k + 1, unit.last))
        yield tuple(stretches), mention_of(layout, source), cue, "according-to"


def _goes_on(layout: Layout, i: int, unit: Unit, according: Token) -> bool:
    """Whether the sentence whose subject stands before "according to" goes on after the source."""
    head = according.head
    return head.i >= i and head.pos_ in ("VERB", "AUX")


def label_colon(
    layout: Layout, unit: Unit, *, is_name: frozenset[int], sources: frozenset[str]
) -> Iterator[Attribution]:
    """`Minister: tariffs will rise`: a name or a source at the start of a unit, and a colon."""
    doc = layout.doc
    limit = min(unit.last, unit.first + LONGEST_LABEL + 1)
    for i in range(unit.first + 1, limit):
        if layout.quoted[i] >= 0 and layout.quoted[unit.first] < 0:
            return
        if doc[i].text == ":" or (i == limit - 1 and doc[i].text == ":"):
            label = doc[unit.first : i]
            head = next((t for t in reversed(label) if t.pos_ in ("NOUN", "PROPN")), None)
            if head is None or any(t.pos_ in ("VERB", "AUX") for t in label) or i + 1 >= unit.last:
                return
            named = any(t.i in is_name for t in label)
            if not (named or head.lemma_.lower() in sources or head.text.isupper()):
                return
            first = next((t.i for t in label if not t.is_punct), unit.first)
            mention = Mention(doc[first].idx, doc[i - 1].idx + len(doc[i - 1]), "stated", head.i)
            yield (
                ((i + 1, unit.last),),
                mention,
                CueWords(doc[i].idx, doc[i].idx + 1, ":"),
                "label-colon",
            )
            return
        if doc[i].pos_ in ("VERB", "AUX"):
            return
