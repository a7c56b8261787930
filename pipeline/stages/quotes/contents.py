"""Puts the content of a report together: quotations next to the cue, clauses, and both mixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.stages.quotes.cues import FINITE, Cue, CueLexicon, is_denied, is_filler, is_finite
from pipeline.stages.quotes.indirect import (
    Tokens,
    attribution_end,
    attribution_start,
    clause_tokens,
    complement,
    content_end,
    description_tokens,
    infinitive_tokens,
    is_fronted,
    is_parenthetical,
    is_subordinate,
    rest_after_comma,
)
from pipeline.stages.quotes.scare import is_title, names_work
from pipeline.stages.quotes.units import Layout, Unit, ends_with

if TYPE_CHECKING:
    from spacy.tokens import Token

BREAKS = (",", ":", "—", "–", "--", "-", ";")
EDGES = "“”\"«»„‘’'`,;:—–-"


@dataclass(frozen=True)
class Content:
    """What a cue reports: token stretches, and the id of the rule that says so."""

    stretches: tuple[Tokens, ...]
    rule: str


@dataclass(frozen=True)
class ContentReader:
    """Reads the content of verb cues in one article."""

    layout: Layout
    lexicon: CueLexicon
    works: frozenset[str]

    def read_unit(self, number: int) -> Iterator[tuple[Cue, Content]]:
        """The cues of a unit that report something, with what; in text order."""
        unit = self.layout.units[number]
        cues = list(self.lexicon.verbs_in(self.layout, unit))
        found: dict[int, Content] = {}
        taken: set[int] = set()
        for cue in cues:
            if cue.reads("quotation") and not is_denied(self.layout, cue):
                content = self._before(unit, cue, cues) or self._unit_before(number, cue)
                if content is not None:
                    found[cue.word.i] = content
                    taken.update(quotations_in(self.layout, content.stretches))
        for cue in cues:
            if cue.word.i not in found and (content := self._after(unit, cue, cues, taken)):
                found[cue.word.i] = content
        yield from ((cue, found[cue.word.i]) for cue in cues if cue.word.i in found)

    def _after(self, unit: Unit, cue: Cue, cues: list[Cue], taken: set[int]) -> Content | None:
        """What stands after the cue, by the first reading that holds."""
        if is_denied(self.layout, cue):
            return None
        if cue.reads("quotation") and (stretch := self._quotation_after(unit, cue, cues, taken)):
            return Content((stretch,), cue.readings["quotation"])
        for kind in ("clause", "question"):
            if cue.reads(kind) and (stretch := clause_tokens(self.layout, unit, cue, self.lexicon)):
                return Content((*self._relative(cue), stretch), cue.readings[kind])
        if cue.reads("infinitive") and (
            stretch := infinitive_tokens(self.layout, unit, cue, self.lexicon)
        ):
            return Content((stretch,), cue.readings["infinitive"])
        if cue.reads("description") and (
            stretch := description_tokens(self.layout, unit, cue, self.lexicon)
        ):
            return Content((stretch,), cue.readings["description"])
        for kind in ("naming", "object"):
            if cue.reads(kind) and (stretch := self._quoted_object(unit, cue, taken)):
                return Content((*self._relative(cue), stretch), cue.readings[kind])
        return None

    def _relative(self, cue: Cue) -> tuple[Tokens, ...]:
        """The relative word that belongs to the content: `tariffs [that] he said [would rise]`."""
        verb = cue.word
        if verb.dep_ != "relcl":
            return ()
        word = verb.left_edge
        subject = next((c for c in verb.lefts if c.dep_ in ("nsubj", "nsubjpass")), None)
        if (
            word.tag_ in ("WDT", "WP")
            and subject is not None
            and subject != word
            and word.lower_ != "what"
        ):
            return ((word.i, word.i + 1),)
        return ()

    # before the cue ------------------------------------------------------------------------------

    def _before(self, unit: Unit, cue: Cue, cues: list[Cue]) -> Content | None:
        layout, doc, verb = self.layout, self.layout.doc, cue.word
        if verb.tag_ in ("VBG", "VB", "VBN") and not _has_auxiliary(verb) and cue.lemma != "quote":
            return None
        start = attribution_start(layout, unit, verb)
        last = start - 1
        while last >= unit.first and (is_filler(doc[last]) and layout.quoted[last] < 0):
            last -= 1
        if last < unit.first:
            return None
        quoted = layout.quoted[last] >= 0
        if quoted:
            if is_subordinate(verb):
                return None
            spoken = self._quotation_start(unit, last) == unit.first or ends_with(
                layout, layout.quotations[layout.quoted[last]]
            ) in (",", "?", "!")
            if not spoken and self._clause_follows(unit, cue, inverted=start == verb.i):
                return None
            if self._is_lead(unit, last, cue):
                return None
        elif not is_fronted(layout, unit, cue, start):
            return None
        stretches = [(self._front(unit, last), last + 1)]
        if (rest := self._rest(unit, cue, cues, quoted=quoted)) is not None:
            stretches.append(rest)
        return Content(tuple(stretches), cue.readings["quotation"])

    def _unit_before(self, number: int, cue: Cue) -> Content | None:
        """`“Is it?” Mr. Berg asked.` where the quotation was taken for a sentence of its own."""
        layout, unit = self.layout, self.layout.units[number]
        if number == 0 or layout.units[number - 1].paragraph != unit.paragraph:
            return None
        previous = layout.units[number - 1]
        last = previous.last - 1
        if layout.quoted[last] < 0 or layout.quotations[layout.quoted[last]].single:
            return None
        start = attribution_start(layout, unit, cue.word)
        if start != unit.first or cue.word.tag_ not in FINITE or complement(cue) is not None:
            return None
        if any(c.dep_ in ("dobj", "xcomp") for c in cue.word.rights):
            return None
        if any(
            t.text in (":", ",") and layout.quoted[t.i + 1] >= 0
            for t in layout.doc[cue.word.i : unit.last - 1]
        ):
            return None
        first = last
        while first > previous.first and layout.quoted[first - 1] == layout.quoted[last]:
            first -= 1
        return Content(((first, last + 1),), cue.readings["quotation"])

    def _clause_follows(self, unit: Unit, cue: Cue, *, inverted: bool) -> bool:
        """Whether the cue has content of its own after it: a quotation before is another's then."""
        clause = complement(cue)
        if clause is None or clause.left_edge.i < cue.word.i:
            return False
        if inverted and not any(t.dep_ == "mark" for t in clause.lefts):
            return False
        return self.layout.quoted[clause.i] < 0 and clause.i < unit.last

    def _is_lead(self, unit: Unit, last: int, cue: Cue) -> bool:
        """Whether a quotation is part of a lead: `Recalling “hard years,” she …`."""
        layout, doc = self.layout, self.layout.doc
        if layout.quoted[unit.first] >= 0:
            return False
        opening = doc[unit.first]
        i = self._quotation_start(unit, last)
        if names_work(layout, unit, layout.quoted[last], self.works):
            return True
        if doc[i - 1].text in (",", ":"):
            return False
        commas = [t.i for t in doc[unit.first : i] if t.text == "," and layout.quoted[t.i] < 0]
        if commas and any(is_finite(t) and layout.quoted[t.i] < 0 for t in doc[commas[0] : i]):
            return False
        if opening.tag_ in ("VBG", "VBN") or opening.lower_ in SUBORDINATE_OPENERS:
            return True
        if opening.pos_ == "ADP" and is_title(layout, unit, layout.quoted[last]):
            return True
        lead = [t for t in doc[unit.first : i] if layout.quoted[t.i] < 0]
        return (
            opening.pos_ == "ADP"
            and not any(t.tag_ in FINITE for t in lead)
            and any(t.tag_ in FINITE for t in doc[cue.word.i : cue.word.i + 1])
            and self._follows(unit, cue)
        )

    def _follows(self, unit: Unit, cue: Cue) -> bool:
        """Whether a quotation stands after the cue."""
        return any(self.layout.quoted[i] >= 0 for i in range(cue.word.i + 1, unit.last))

    def _quotation_start(self, unit: Unit, last: int) -> int:
        layout = self.layout
        i = last
        while i > unit.first and layout.quoted[i - 1] == layout.quoted[last]:
            i -= 1
        return i

    def _front(self, unit: Unit, last: int) -> int:
        """Where content before the cue begins.

        It is the unit's beginning, or a quotation that a colon, a bracket or a phrase without a
        verb leads in.
        """
        layout, doc = self.layout, self.layout.doc
        if layout.quoted[last] < 0:
            return unit.first
        i = self._quotation_start(unit, last)
        if i > unit.first and doc[i - 1].text in (":", "("):
            return i
        lead = doc[unit.first : i]
        words = [t for t in lead if not is_filler(t)]
        if any(t.pos_ in ("VERB", "AUX") or layout.quoted[t.i] >= 0 for t in words):
            return unit.first
        return i if words and doc[i - 1].text in BREAKS else unit.first

    def _rest(self, unit: Unit, cue: Cue, cues: list[Cue], *, quoted: bool) -> Tokens | None:
        """The second part of content that the attribution interrupts."""
        layout, doc = self.layout, self.layout.doc
        if not quoted and (goes_on := rest_after_comma(layout, unit, cue.word)) is not None:
            return goes_on, content_end(layout, unit, cue, unit.last, self.lexicon)
        i = attribution_end(layout, unit, cue.word)
        while (
            i < unit.last
            and layout.quoted[i] < 0
            and (is_filler(doc[i]) or (doc[i].pos_ in ("CCONJ", "ADV") and doc[i - 1].is_punct))
        ):
            i += 1
        if i >= unit.last or any(cue.word.i < other.word.i < i for other in cues):
            return None
        if layout.quoted[i] >= 0:
            opened = doc[i - 1].text in BREAKS or doc[i - 1] == cue.word or doc[i - 1].is_punct
            if is_title(layout, unit, layout.quoted[i]) and not opened:
                return None
            return i, content_end(layout, unit, cue, self._tail(unit, i), self.lexicon)
        head = cue.word.head
        apart = is_parenthetical(layout, unit, cue.word) or (
            cue.word.dep_ == "parataxis" and head.i >= i
        )
        if not quoted and doc[i - 1].text == "," and apart:
            return i, content_end(layout, unit, cue, unit.last, self.lexicon)
        return None

    def _tail(self, unit: Unit, i: int) -> int:
        """One past the quotation at a token."""
        layout = self.layout
        index = layout.quoted[i]
        while i < unit.last and layout.quoted[i] == index:
            i += 1
        return i

    # after the cue -------------------------------------------------------------------------------

    def _quotation_after(
        self, unit: Unit, cue: Cue, cues: list[Cue], taken: set[int]
    ) -> Tokens | None:
        """`said: “…”`, `told reporters on Monday that “…”`."""
        layout, doc, verb = self.layout, self.layout.doc, cue.word
        i = verb.i + 1
        while i < unit.last and layout.quoted[i] < 0:
            i += 1
        if i >= unit.last or layout.quoted[i] in taken:
            return None
        if any(verb.i < other.word.i < i for other in cues if other.reads("quotation")):
            return None
        between = [t for t in doc[verb.i + 1 : i] if not is_filler(t)]
        before = next((t for t in reversed(doc[verb.i : i]) if not t.is_space), doc[i - 1])
        opening = not between or before.text in BREAKS or before.lower_ == "that"
        if not cue.reads("clause", "question") and not opening:
            return None
        clause = complement(cue)
        if clause is not None and clause.left_edge.i > verb.i:
            own = [
                t for t in doc[clause.left_edge.i : i] if not is_filler(t) and t.lower_ != "that"
            ]
            if own and (
                (layout.quoted[clause.i] < 0 and clause.i < i) or before.text not in (":", ",")
            ):
                return None
        elif before.text not in (",", ":") and any(
            t.pos_ == "VERB" and t.dep_ not in ("relcl", "acl") for t in between
        ):
            return None
        if not opening and before.pos_ not in ("NOUN", "PROPN", "PRON", "NUM"):
            return None
        if not opening and any(t.dep_ in ("dobj", "attr") and t.head == verb for t in between):
            return None
        if is_title(layout, unit, layout.quoted[i]) and not opening:
            return None
        first = before.i if before.lower_ == "that" else i
        end = self._tail(unit, i)
        closed = end < unit.last and doc[end].is_punct and doc[end].text != "-"
        if (
            clause is not None
            and end < clause.right_edge.i + 1
            and not closed
            and not self._is_final(i)
        ):
            end = clause.right_edge.i + 1
        return first, content_end(layout, unit, cue, end, self.lexicon)

    def _is_final(self, i: int) -> bool:
        quotation = self.layout.quotations[self.layout.quoted[i]]
        inner = self.layout.text[quotation.inner_start : quotation.inner_end].rstrip()
        return inner[-1:] in (".", "!", "?", "…")

    def _quoted_object(self, unit: Unit, cue: Cue, taken: set[int]) -> Tokens | None:
        """`called it a “disgrace”`: from the object on, through the quoted words."""
        layout, doc, verb = self.layout, self.layout.doc, cue.word
        if verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod"):
            return None
        end = min(verb.right_edge.i + 1, unit.last)
        for child in verb.rights:
            if child.dep_ in ("conj", "advcl") and child.pos_ == "VERB":
                end = min(end, child.left_edge.i)
        marked = [
            i
            for i in range(verb.i + 1, end)
            if layout.quoted[i] >= 0
            and layout.quoted[i] not in taken
            and not (is_title(layout, unit, layout.quoted[i]) and not cue.reads("naming"))
        ]
        if not marked:
            return None
        first = verb.i + 1
        while first < marked[0] and (
            doc[first].pos_ in ("ADP", "PART", "ADV", "SPACE") or doc[first].is_punct
        ):
            first += 1
        if any(
            t.tag_ in FINITE and t.head != verb and t.dep_ != "relcl"
            for t in doc[verb.i + 1 : marked[0]]
        ):
            return None
        last = marked[-1] + 1
        for child in verb.rights:
            edge = child.right_edge.i + 1
            if child.left_edge.i < last <= edge <= end and not any(
                t.text in BREAKS for t in doc[last : min(last + 1, edge)]
            ):
                last = edge
        return first, content_end(layout, unit, cue, last, self.lexicon)


SUBORDINATE_OPENERS = frozenset(
    {"when", "after", "while", "as", "if", "although", "though", "because", "asked"}
)


def _has_auxiliary(verb: Token) -> bool:
    return any(c.dep_ == "aux" for c in verb.lefts)


def trimmed(layout: Layout, stretch: Tokens) -> tuple[int, int] | None:
    """Source offsets of a stretch without marks, commas and blanks at its edges."""
    doc, text = layout.doc, layout.text
    first, last = stretch
    if first >= last:
        return None
    start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
    inside = [
        q
        for i in {layout.quoted[first], layout.quoted[last - 1]}
        if i >= 0 and start < (q := layout.quotations[i]).end and q.start < end
    ]
    while start < end and (text[start].isspace() or text[start] in EDGES):
        if any(q.start == start and q.end < end - 1 for q in inside):
            break  # “Fair” or “free” trade keeps its first mark
        start += 1
    if text[end - 1] in ".;" and any(q.end == end - 1 and q.start <= start for q in inside):
        end -= 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in EDGES):
        if any(q.end == end and start < q.start and text[q.inner_end - 1] != "," for q in inside):
            break  # calls it a “disgrace” keeps its last mark
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def quotations_in(layout: Layout, stretches: tuple[Tokens, ...]) -> Iterator[int]:
    """Indices of the quotations that lie in stretches of tokens."""
    seen: set[int] = set()
    for first, last in stretches:
        for i in range(first, last):
            index = layout.quoted[i]
            if index >= 0 and index not in seen:
                seen.add(index)
                yield index
