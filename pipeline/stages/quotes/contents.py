"""Puts the content of a report together: quotations next to the cue, clauses, and both mixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.stages.quotes.cues import CueLexicon, VerbCue, is_denied
from pipeline.stages.quotes.indirect import (
    Tokens,
    attribution_end,
    attribution_start,
    clause_tokens,
    complement,
    content_end,
    infinitive_tokens,
    is_fronted,
)
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

BREAKS = (",", ":", "—", "–", "--", "-", ";")


@dataclass(frozen=True)
class Content:
    """What a cue reports: token stretches, and the id of the rule that says so."""

    stretches: tuple[Tokens, ...]
    rule: str


@dataclass(frozen=True)
class ContentReader:
    """Reads the content of a verb cue in one article."""

    layout: Layout
    lexicon: CueLexicon

    def read(self, unit: Unit, cue: VerbCue) -> Content | None:
        """The content of a cue by the first reading that holds, or None."""
        denied = is_denied(cue) and cue.lemma not in ("deny",)
        says = cue.readings & {"says", "asks"}
        if says and not denied:
            if content := self._before(unit, cue):
                return content
            if stretch := self._quotation_after(unit, cue):
                return Content((stretch,), "says-quotation")
            if stretch := clause_tokens(self.layout, unit, cue, self.lexicon):
                return Content((stretch,), "says-that")
        if denied:
            return None
        if cue.readings & {"promises", "urges"}:
            if stretch := infinitive_tokens(self.layout, unit, cue, self.lexicon):
                return Content((stretch,), "urges-to")
        if cue.readings & {"names", "judges", "says", "promises", "urges", "asks"}:
            if stretch := self._quoted_object(unit, cue):
                return Content((stretch,), "calls-it")
        return None

    # before the cue ------------------------------------------------------------------------------

    def _before(self, unit: Unit, cue: VerbCue) -> Content | None:
        layout, doc = self.layout, self.layout.doc
        start = attribution_start(layout, unit, cue.verb)
        last = start - 1
        while last >= unit.first and doc[last].is_punct and layout.quoted[last] < 0:
            last -= 1
        if last < unit.first:
            return None
        quoted = layout.quoted[last] >= 0
        if quoted:
            if self._clause_follows(unit, cue):
                return None
        elif not is_fronted(layout, unit, cue, start):
            return None
        stretches = [(self._front(unit, last), last + 1)]
        rest = self._rest(unit, cue, quoted=quoted)
        if rest is not None:
            stretches.append(rest)
        return Content(tuple(stretches), "content-before")

    def _clause_follows(self, unit: Unit, cue: VerbCue) -> bool:
        """Whether the cue has content of its own after it, so that a quotation before is another's."""
        clause = complement(cue)
        if clause is None or clause.left_edge.i < cue.verb.i:
            return False
        return self.layout.quoted[clause.i] < 0 and clause.i < unit.last

    def _front(self, unit: Unit, last: int) -> int:
        """Where content before the cue begins: with the unit, or with a quotation that only an
        adverb or a phrase without a verb leads in."""
        layout = self.layout
        if layout.quoted[last] < 0:
            return unit.first
        i = last
        while i > unit.first and layout.quoted[i - 1] == layout.quoted[last]:
            i -= 1
        lead = layout.doc[unit.first : i]
        words = [t for t in lead if not t.is_punct]
        if any(t.pos_ in ("VERB", "AUX") for t in words) or any(layout.quoted[t.i] >= 0 for t in words):
            return unit.first
        if len(words) <= 2 or layout.doc[i - 1].text in BREAKS:
            return i
        return unit.first

    def _rest(self, unit: Unit, cue: VerbCue, *, quoted: bool) -> Tokens | None:
        """The second part of content that the attribution interrupts."""
        layout, doc = self.layout, self.layout.doc
        end = attribution_end(layout, unit, cue.verb)
        i = end
        while i < unit.last and layout.quoted[i] < 0 and doc[i].is_punct:
            i += 1
        if i >= unit.last:
            return None
        if layout.quoted[i] >= 0:
            return i, content_end(layout, unit, cue, self._tail(unit, i), self.lexicon)
        if not quoted and doc[i - 1].text == "," and cue.verb.dep_ == "parataxis" and cue.verb.head.i >= i:
            return i, content_end(layout, unit, cue, unit.last, self.lexicon)
        return None

    def _tail(self, unit: Unit, i: int) -> int:
        """One past the quotation at a token, and past what goes on in the same content."""
        layout, doc = self.layout, self.layout.doc
        index = layout.quoted[i]
        while i < unit.last and layout.quoted[i] == index:
            i += 1
        return i

    # after the cue -------------------------------------------------------------------------------

    def _quotation_after(self, unit: Unit, cue: VerbCue) -> Tokens | None:
        """`said: “…”`, `told reporters on Monday that “…”`."""
        layout, doc = self.layout, self.layout.doc
        i = cue.verb.i + 1
        while i < unit.last and layout.quoted[i] < 0:
            i += 1
        if i >= unit.last:
            return None
        between = [t for t in doc[cue.verb.i + 1 : i] if not t.is_punct]
        before = doc[i - 1]
        clause = complement(cue)
        if clause is not None and clause.left_edge.i > cue.verb.i:
            own = [t for t in doc[clause.left_edge.i : i] if not t.is_punct and t.lower_ != "that"]
            if own and layout.quoted[clause.i] < 0 and clause.i < i:
                return None
            if own and before.text not in (":", ",") and before.lower_ != "that":
                return None
        elif any(t.pos_ == "VERB" and t.dep_ not in ("relcl", "acl") for t in between):
            if before.text not in (",", ":"):
                return None
        opening = not between or before.text in BREAKS or before.lower_ == "that"
        if not opening and before.pos_ not in ("NOUN", "PROPN", "PRON", "NUM"):
            return None
        if not opening and any(t.dep_ in ("dobj", "attr") and t.head == cue.verb for t in between):
            return None
        first = i - 1 if before.lower_ == "that" else i
        end = self._tail(unit, i)
        if clause is not None and end < clause.right_edge.i + 1 and not self._is_final(i):
            end = clause.right_edge.i + 1
        return first, content_end(layout, unit, cue, end, self.lexicon)

    def _is_final(self, i: int) -> bool:
        quotation = self.layout.quotations[self.layout.quoted[i]]
        inner = self.layout.text[quotation.inner_start : quotation.inner_end].rstrip()
        return inner[-1:] in (".", "!", "?", "…")

    def _quoted_object(self, unit: Unit, cue: VerbCue) -> Tokens | None:
        """`called it a “disgrace”`: from the object on, through the quoted words."""
        layout, doc = self.layout, self.layout.doc
        verb = cue.verb
        end = min(verb.right_edge.i + 1, unit.last)
        for child in verb.rights:
            if child.dep_ in ("conj", "advcl") and child.pos_ == "VERB":
                end = min(end, child.left_edge.i)
        marked = [i for i in range(verb.i + 1, end) if layout.quoted[i] >= 0]
        if not marked:
            return None
        first = verb.i + 1
        while first < marked[0] and (doc[first].pos_ in ("ADP", "PART", "ADV") or doc[first].is_punct):
            first += 1
        last = marked[-1] + 1
        for i in range(verb.i + 1, marked[0]):
            if doc[i].tag_ in ("VBD", "VBZ", "VBP") and doc[i].head != verb:
                return None
        return first, content_end(layout, unit, cue, max(last, 0), self.lexicon)


def trimmed(layout: Layout, stretch: Tokens) -> tuple[int, int] | None:
    """Source offsets of a stretch without marks, commas and blanks at its edges."""
    doc, text = layout.doc, layout.text
    first, last = stretch
    if first >= last:
        return None
    start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
    while start < end and (text[start].isspace() or text[start] in "“”\"«»„‘’'`,;:—–-"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "“”\"«»„‘’'`,;:—–-"):
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
