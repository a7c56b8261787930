"""Finds quotes: direct, indirect and mixed speech with its speaker and its cue.

The way through: `marks` pairs quotation marks, `units` cuts sentences around them, `cues` finds the
words that report, `contents` and `indirect` read what they report, `speakers` who says it, `nouns`
and `sources` read the same without a verb, `orphans` and `joining` place the quotations that are
left, and `scare` keeps out what nobody says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Literal

from pipeline.article import Article
from pipeline.findings import Cue, Finding, Quote, Speaker
from pipeline.rulebook import Match, Rulebook, matches_of
from pipeline.stages.quotes.contents import ContentReader, quotations_in, trimmed
from pipeline.stages.quotes.cues import CueLexicon
from pipeline.stages.quotes.indirect import Tokens
from pipeline.stages.quotes.joining import join
from pipeline.stages.quotes.nouns import noun_reports
from pipeline.stages.quotes.orphans import Adoption
from pipeline.stages.quotes.reports import CueWords, Report
from pipeline.stages.quotes.sources import according_to, labelled, unit_starts
from pipeline.stages.quotes.speakers import Mention, speaker_of_verb
from pipeline.stages.quotes.units import Layout, lay_out


class Quotes:
    """Reads marks, cues and syntax into quotes."""

    name: ClassVar[str] = "quotes"
    finds: ClassVar[tuple[type[Finding], ...]] = (Quote,)
    needs: ClassVar[tuple[type[Finding], ...]] = ()

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.lexicon = CueLexicon(rules)
        self.sources = frozenset(rules.lexicons["sources"])
        self.works = frozenset(rules.lexicons["works"])
        self.rubrics = frozenset(rules.lexicons["rubrics"])

    def __call__(self, article: Article) -> Iterable[Quote]:
        """In text order."""
        layout = lay_out(article.doc, article.body, rubrics=self.rubrics)
        reports = [*self._by_source(article, layout), *self._by_cue(layout)]
        adoption = Adoption(
            layout,
            self.lexicon,
            self._matches("colon", article),
            self._matches("signature", article),
        )
        reports += adoption.adopt(reports)
        reports = sorted(join(layout, reports), key=lambda r: (r.spans[0], r.spans[-1]))
        for number, report in enumerate(reports, start=1):
            yield quote_of(article, layout, report, number)

    def answer(self, match: Match, article: Article) -> Mapping[str, object] | None:
        """The quote that a rule finds where it matches, or None if it finds none there."""
        for quote in self(article):
            places = [*quote.spans, *([quote.cue.span] if quote.cue else [])]
            start, end = min(p.start for p in places), max(p.end for p in places)
            if quote.rule == match.rule.id and match.start < end and start < match.end:
                return {
                    "kind": quote.kind,
                    "content": quote.text,
                    "speaker": quote.speaker.span.text if quote.speaker else None,
                    "cue": quote.cue.lemma if quote.cue else None,
                }
        return None

    def _matches(self, kind: str, article: Article) -> list[Match]:
        return [
            match
            for rule in self.rules.by_kind.get(kind, ())
            for match in matches_of(rule, article)
        ]

    def _by_source(self, article: Article, layout: Layout) -> Iterator[Report]:
        for number, match in unit_starts(layout, self._matches("source", article)):
            if sourced := according_to(layout, layout.units[number], match):
                yield from _report(layout, number, sourced.stretches, sourced[1:])
        for number, match in unit_starts(layout, self._matches("label", article)):
            if sourced := labelled(
                layout,
                layout.units[number],
                match,
                sources=self.sources,
                rubrics=self.rubrics,
            ):
                yield from _report(layout, number, sourced.stretches, sourced[1:])

    def _by_cue(self, layout: Layout) -> Iterator[Report]:
        reader = ContentReader(layout, self.lexicon, self.works)
        for number, unit in enumerate(layout.units):
            for stretch, owner, noun in noun_reports(layout, unit, self.lexicon):
                words = CueWords(noun.word.idx, noun.word.idx + len(noun.word), noun.lemma)
                yield from _report(
                    layout, number, (stretch,), (owner, words, noun.readings["claim"])
                )
            last: Mention | None = None
            for cue, content in reader.read_unit(number):
                words = CueWords(cue.word.idx, cue.word.idx + len(cue.word), cue.lemma)
                speaker = speaker_of_verb(layout, unit, cue.word, last=last)
                last = speaker or last
                yield from _report(
                    layout, number, content.stretches, (speaker, words, content.rule)
                )


def _report(
    layout: Layout,
    number: int,
    stretches: tuple[Tokens, ...],
    attribution: tuple[Mention | None, CueWords, str],
) -> Iterator[Report]:
    """A report of token stretches, if there are words in them."""
    spans = tuple(span for s in stretches if (span := trimmed(layout, s)) is not None)
    if spans:
        speaker, cue, rule = attribution
        yield Report(
            spans=spans,
            speaker=speaker,
            cue=cue,
            rule=rule,
            unit=number,
            last_unit=number,
            paragraph=layout.units[number].paragraph,
            quotations=frozenset(quotations_in(layout, stretches)),
        )


def quote_of(article: Article, layout: Layout, report: Report, number: int) -> Quote:
    """The finding that a report becomes."""
    spans = tuple(article.span(*span) for span in report.spans)
    speaker, cue = report.speaker, report.cue
    return Quote(
        id=f"q{number}",
        kind=kind_of(layout, report),
        text=" … ".join(span.text for span in spans),
        spans=spans,
        speaker=None
        if speaker is None
        else Speaker(span=article.span(speaker.start, speaker.end), basis=speaker.basis),
        cue=None if cue is None else Cue(span=article.span(cue.start, cue.end), lemma=cue.lemma),
        rule=report.rule,
    )


def kind_of(layout: Layout, report: Report) -> Literal["direct", "indirect", "mixed"]:
    """`direct` where all words but a *that* stand between marks, `indirect` where none does."""
    quoted = [layout.quotations[q] for q in report.quotations]
    inside = outside = 0
    for start, end in report.spans:
        if layout.text[start:end].lower().startswith("that "):
            outside -= len("that")
        letters = [offset for offset in range(start, end) if layout.text[offset].isalnum()]
        near = [q for q in quoted if q.start < end and start < q.end]
        held = sum(any(q.holds(offset) for q in near) for offset in letters) if near else 0
        inside += held
        outside += len(letters) - held
    if not inside:
        return "indirect"
    return "mixed" if outside > 0 else "direct"
