"""Finds quotes: direct, indirect and mixed speech with its speaker and its cue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Literal

from pipeline.article import Article
from pipeline.findings import Cue, Entity, Finding, Quote, Speaker
from pipeline.rulebook import Match, Rulebook
from pipeline.stages.quotes.contents import ContentReader, quotations_in, trimmed
from pipeline.stages.quotes.cues import CueLexicon
from pipeline.stages.quotes.joining import join
from pipeline.stages.quotes.nouns import noun_reports
from pipeline.stages.quotes.orphans import adopt
from pipeline.stages.quotes.reports import CueWords, Report
from pipeline.stages.quotes.sources import according_to, label_colon
from pipeline.stages.quotes.speakers import Mention, speaker_of_verb
from pipeline.stages.quotes.units import Layout, Unit, lay_out


class Quotes:
    """Reads marks, cues and syntax into quotes."""

    name: ClassVar[str] = "quotes"
    finds: ClassVar[tuple[type[Finding], ...]] = (Quote,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity,)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.lexicon = CueLexicon(rules)
        self.sources = frozenset(rules.lexicons.get("sources", {}))
        self.utterances = frozenset(rules.lexicons.get("utterances", {}))
        self.claims = frozenset(rules.lexicons.get("claims", {}))

    def __call__(self, article: Article) -> Iterable[Quote]:
        """In text order."""
        layout = lay_out(article.doc, article.body)
        reports = list(self._reports(layout))
        reports += adopt(layout, self.lexicon, reports, self.utterances)
        reports = join(layout, reports)
        reports.sort(key=lambda r: (r.spans[0], r.spans[-1]))
        for number, report in enumerate(reports, start=1):
            yield quote_of(article, layout, report, number)

    def _reports(self, layout: Layout) -> Iterator[Report]:
        names = frozenset(
            t.i for t in layout.doc if t.ent_type_ in ("PERSON", "ORG", "GPE", "NORP")
        )
        reader = ContentReader(layout, self.lexicon)
        for number, unit in enumerate(layout.units):
            found: list[Report] = []
            for stretches, speaker, cue, rule in (
                *according_to(layout, unit),
                *label_colon(layout, unit, is_name=names, sources=self.sources),
            ):
                found += _report(layout, (number, unit), (stretches, rule), speaker, cue)
            for stretch, speaker_, cue in noun_reports(layout, unit, self.lexicon, self.claims):
                found += _report(layout, (number, unit), ((stretch,), "claim-that"), speaker_, cue)
            last: Mention | None = None
            for cue_, content in reader.read_unit(number):
                verb = cue_.verb
                words = CueWords(verb.idx, verb.idx + len(verb), cue_.lemma)
                speaker = speaker_of_verb(layout, unit, verb, last=last)
                last = speaker or last
                found += _report(
                    layout, (number, unit), (content.stretches, content.rule), speaker, words
                )
            yield from found

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """What a match gives."""
        return match.slot_words(article)


def _report(
    layout: Layout,
    place: tuple[int, Unit],
    content: tuple[tuple[tuple[int, int], ...], str],
    speaker: Mention | None,
    cue: CueWords,
) -> Iterator[Report]:
    stretches, rule = content
    spans = tuple(span for s in stretches if (span := trimmed(layout, s)) is not None)
    if spans:
        yield Report(
            spans=spans,
            speaker=speaker,
            cue=cue,
            rule=f"quotes/{rule}",
            unit=place[0],
            last_unit=place[0],
            paragraph=place[1].paragraph,
            quotations=frozenset(quotations_in(layout, stretches)),
        )


def quote_of(article: Article, layout: Layout, report: Report, number: int) -> Quote:
    """The finding that a report becomes."""
    spans = tuple(article.span(*span) for span in report.spans)
    speaker = report.speaker
    return Quote(
        id=f"q{number}",
        kind=kind_of(layout, report),
        text=" … ".join(span.text for span in spans),
        spans=spans,
        speaker=None
        if speaker is None
        else Speaker(span=article.span(speaker.start, speaker.end), basis=speaker.basis),
        cue=None
        if report.cue is None
        else Cue(span=article.span(report.cue.start, report.cue.end), lemma=report.cue.lemma),
        rule=report.rule,
    )


def kind_of(layout: Layout, report: Report) -> Literal["direct", "indirect", "mixed"]:
    """`direct` where all words stand between marks, `indirect` where none does, else `mixed`."""
    quoted = [layout.quotations[q] for q in report.quotations]
    inside = outside = 0
    for start, end in report.spans:
        for offset in range(start, end):
            if layout.text[offset].isalnum():
                if any(q.holds(offset) for q in quoted):
                    inside += 1
                else:
                    outside += 1
        if layout.text[start : start + 5].lower() == "that ":
            outside -= 4
    if not inside:
        return "indirect"
    return "mixed" if outside > 0 else "direct"
