"""Finds an attribution for quotations that no cue has taken: after a colon, or by a statement.

`The ministry had one message: “Wait.”` has no reporting verb; the colon says whose words follow.
`Mr. Berg issued a statement. “We are ready.”` has neither, but names the kind of utterance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.stages.quotes.cues import CueLexicon
from pipeline.stages.quotes.reports import CueWords, Report
from pipeline.stages.quotes.speakers import Mention, mention_of, speaker_of_verb
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

LONGEST_SIGNATURE = 9
"""Words of a line that signs a quotation: "— Anna Berg, trade minister of Norway"."""


def adopt(
    layout: Layout, lexicon: CueLexicon, reports: list[Report], utterances: frozenset[str]
) -> Iterator[Report]:
    """A report for each quotation that a colon, a signature or a statement gives a speaker."""
    taken = {q for report in reports for q in report.quotations}
    speaking = {report.paragraph for report in reports}
    for number, unit in enumerate(layout.units):
        for index in sorted({q for q in layout.quoted[unit.first : unit.last] if q >= 0} - taken):
            first = next(i for i in range(unit.first, unit.last) if layout.quoted[i] == index)
            found = (
                _after_colon(layout, lexicon, number, first)
                or _signed(layout, number, first)
                or _by_statement(
                    layout, number, first, utterances, fresh=unit.paragraph not in speaking
                )
            )
            if found is None:
                continue
            speaker, cue, rule = found
            quotation = layout.quotations[index]
            yield Report(
                spans=((quotation.inner_start, quotation.inner_end),),
                speaker=speaker,
                cue=cue,
                rule=f"quotes/{rule}",
                unit=number,
                last_unit=number,
                paragraph=unit.paragraph,
                quotations=frozenset({index}),
            )
            taken.add(index)


Attribution = tuple[Mention | None, CueWords | None, str]


def _after_colon(
    layout: Layout, lexicon: CueLexicon, number: int, first: int
) -> Attribution | None:
    doc, unit = layout.doc, layout.units[number]
    lead = unit
    i = first - 1
    if first == unit.first:
        if number == 0:
            return None
        lead = layout.units[number - 1]
        i = lead.last - 1
    stops = (":",) if lead is unit else (":", ",")
    if doc[i].text not in stops:
        return None
    verbs = [
        t
        for t in doc[lead.first : i]
        if t.pos_ == "VERB" and layout.quoted[t.i] < 0 and t.dep_ not in ("amod", "compound")
    ]
    cues = [t for t in verbs if lexicon.readings_of(t)]
    main = [t for t in verbs if t.dep_ in ("ROOT", "conj")]
    if not verbs:
        return None
    verb = (cues or main or verbs)[-1]
    speaker = speaker_of_verb(layout, lead, verb)
    cue = CueWords(verb.idx, verb.idx + len(verb), verb.lemma_.lower())
    return speaker, cue, "colon-quotation"


def _signed(layout: Layout, number: int, first: int) -> Attribution | None:
    """A quotation that fills its paragraph, with the speaker's name after a dash or on the next line."""
    doc, unit = layout.doc, layout.units[number]
    if first - unit.first > 1 or number + 1 >= len(layout.units):
        return None
    last = first
    while last < unit.last and layout.quoted[last] == layout.quoted[first]:
        last += 1
    line = unit
    if last == unit.last:
        line = layout.units[number + 1]
        last = line.first
        if number + 2 < len(layout.units) and layout.units[number + 2].paragraph == line.paragraph:
            return None
    words = [t for t in doc[last : line.last] if not t.is_punct and layout.quoted[t.i] < 0]
    dashed = doc[last].text in ("—", "–", "--", "-", "―", "~") if last < line.last else False
    if not words or len(words) > LONGEST_SIGNATURE or any(t.pos_ in ("VERB", "AUX") for t in words):
        return None
    if not dashed and (
        line is unit or words[0].text[0].islower() or line.paragraph == unit.paragraph
    ):
        return None
    if not dashed and doc[line.last - 1].text in (".", ":", "?", "!"):
        return None
    name = next((t for t in words if t.pos_ == "PROPN"), words[0])
    while name.dep_ == "compound" and name.head in words:
        name = name.head
    mention = mention_of(layout, name)
    cue = (
        CueWords(doc[last].idx, doc[last].idx + len(doc[last]), doc[last].text) if dashed else None
    )
    return mention, cue, "signature"


def _by_statement(
    layout: Layout, number: int, first: int, utterances: frozenset[str], *, fresh: bool
) -> Attribution | None:
    unit = layout.units[number]
    if first != unit.first or number == 0 or not fresh:
        return None
    before: Unit = layout.units[number - 1]
    if before.paragraph != unit.paragraph:
        return None
    for token in layout.doc[before.first : before.last]:
        if (
            token.lemma_.lower() in utterances
            and token.pos_ == "NOUN"
            and layout.quoted[token.i] < 0
        ):
            verb: Token = token
            while verb.pos_ != "VERB" and verb.head != verb:
                verb = verb.head
            speaker = speaker_of_verb(layout, before, verb) if verb.pos_ == "VERB" else None
            if speaker is not None:
                return (
                    speaker,
                    CueWords(token.idx, token.idx + len(token), token.lemma_.lower()),
                    "statement",
                )
    return None
