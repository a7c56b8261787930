"""Finds an attribution for quotations that no cue has taken: by a colon, a signature, a statement.

`The ministry had one message: “Wait.”` has no reporting verb; the colon says whose words follow.
`Mr. Berg issued a statement. “We are ready.”` has neither, but names the kind of utterance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.rulebook import Match
from pipeline.stages.quotes.cues import CueLexicon, is_denied
from pipeline.stages.quotes.joining import is_whole
from pipeline.stages.quotes.reports import CueWords, Report
from pipeline.stages.quotes.sources import cue_words
from pipeline.stages.quotes.speakers import Mention, mention_of, speaker_of_verb
from pipeline.stages.quotes.units import Layout

if TYPE_CHECKING:
    from spacy.tokens import Token

Attribution = tuple[Mention | None, CueWords | None, str]


@dataclass(frozen=True)
class Adoption:
    """Looks for the speaker of single quotations in one article."""

    layout: Layout
    lexicon: CueLexicon
    colons: list[Match]
    signatures: list[Match]

    def adopt(self, reports: list[Report]) -> Iterator[Report]:
        """A report for each quotation that a colon, a signature or a statement gives a speaker."""
        layout = self.layout
        taken = {q for report in reports for q in report.quotations}
        speaking = {report.paragraph for report in reports}
        for number, unit in enumerate(layout.units):
            quoted = {q for q in layout.quoted[unit.first : unit.last] if q >= 0}
            for index in sorted(quoted - taken):
                found = self._after_colon(number, index) or self._signed(index)
                if found is None and unit.paragraph not in speaking:
                    found = self._by_statement(number, index) or self._by_sentence(number, index)
                if found is None:
                    continue
                speaker, cue, rule = found
                quotation = layout.quotations[index]
                yield Report(
                    spans=((quotation.inner_start, quotation.inner_end),),
                    speaker=speaker,
                    cue=cue,
                    rule=rule,
                    unit=number,
                    last_unit=number,
                    paragraph=unit.paragraph,
                    quotations=frozenset({index}),
                )
                taken.add(index)

    def _after_colon(self, number: int, index: int) -> Attribution | None:
        """By the verb before a colon, in the same unit or at the end of the one before."""
        layout = self.layout
        start = layout.quotations[index].start
        match = next((m for m in self.colons if m.start < start <= m.end), None)
        if match is None:
            return None
        colon = match.slots["cue"].start
        lead = layout.units[number]
        if layout.doc[lead.first].idx >= colon and number:
            lead = layout.units[number - 1]
        verbs = [
            t
            for t in layout.doc[lead.first : lead.last]
            if t.idx < colon
            and t.pos_ in ("VERB", "AUX")
            and layout.quoted[t.i] < 0
            and t.dep_ not in ("amod", "compound", "aux", "auxpass")
        ]
        cues = [t for t in verbs if self.lexicon.readings_of(t)]
        main = [t for t in verbs if t.dep_ in ("ROOT", "conj")]
        if not verbs:
            return None
        verb = (cues or main or verbs)[-1]
        cue = CueWords(verb.idx, verb.idx + len(verb), verb.lemma_.lower())
        return speaker_of_verb(layout, lead, verb), cue, match.rule.id

    def _signed(self, index: int) -> Attribution | None:
        """By the name after it: `“…” — Anna Berg`, or alone on the next line."""
        layout = self.layout
        quotation = layout.quotations[index]
        match = next((m for m in self.signatures if m.start <= quotation.end - 1 < m.end), None)
        if match is None or not layout.text[: quotation.start].rstrip(" \t").endswith(("\n", "")):
            return None
        line_start = layout.text.rfind("\n", 0, quotation.start) + 1
        if layout.text[line_start : quotation.start].strip():
            return None
        slot = match.slots["speaker"]
        words = [
            t
            for t in layout.doc.char_span(slot.start, slot.end, alignment_mode="expand") or ()
            if not t.is_punct
        ]
        if not words or any(t.pos_ in ("VERB", "AUX") for t in words):
            return None
        name: Token = next((t for t in words if t.pos_ == "PROPN"), words[0])
        while name.dep_ == "compound" and name.head in words:
            name = name.head
        cue = cue_words(layout, match) if "cue" in match.slots else None
        return mention_of(layout, name), cue, match.rule.id

    def _by_statement(self, number: int, index: int) -> Attribution | None:
        """By a noun for an utterance in the sentence before, and who makes it."""
        layout = self.layout
        unit = layout.units[number]
        if layout.quoted[unit.first] != index or number == 0:
            return None
        before = layout.units[number - 1]
        if before.paragraph != unit.paragraph:
            return None
        for noun in self.lexicon.nouns_in(layout, before, "utterance"):
            verb = next((t for t in noun.word.ancestors if t.pos_ == "VERB"), None)
            speaker = None if verb is None else speaker_of_verb(layout, before, verb)
            if speaker is not None:
                word = noun.word
                cue = CueWords(word.idx, word.idx + len(word), noun.lemma)
                return speaker._replace(basis="inherited"), cue, noun.readings["utterance"]
        return None

    def _by_sentence(self, number: int, index: int) -> Attribution | None:
        """By the sentence before that tells of speaking: `Ms. Dahl agreed. “They never asked”`."""
        layout = self.layout
        unit = layout.units[number]
        if number == 0 or not is_whole(layout, unit, index):
            return None
        before = layout.units[number - 1]
        if before.paragraph != unit.paragraph:
            return None
        for cue in reversed(list(self.lexicon.verbs_in(layout, before))):
            speaker = speaker_of_verb(layout, before, cue.word)
            if speaker is not None and not is_denied(layout, cue):
                words = CueWords(cue.word.idx, cue.word.idx + len(cue.word), cue.lemma)
                speaker = speaker._replace(basis="inherited")
                return speaker, words, next(iter(cue.readings.values()))
        return None
