"""Joins what belongs to one utterance: quotations that have no cue of their own."""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.quotes.reports import Report
from pipeline.stages.quotes.scare import is_speech
from pipeline.stages.quotes.units import Layout, Unit


def join(layout: Layout, reports: list[Report]) -> list[Report]:
    """The reports, with each quotation that no cue took joined to the report that it continues."""
    taken = {q for report in reports for q in report.quotations}
    joined = list(reports)
    for number, unit in enumerate(layout.units):
        for index in _quotations_of(layout, unit):
            if index in taken:
                continue
            whole = is_whole(layout, unit, index)
            if not whole and not is_speech(layout, unit, index):
                continue
            host = _host(layout, joined, number, unit, whole=whole)
            if host is None:
                continue
            quotation = layout.quotations[index]
            report = joined[host]
            if whole and not report.quotations and report.last_unit < number:
                joined.append(_sequel(layout, report, number, index))
                taken.add(index)
                continue
            quotation = layout.quotations[index]
            span = (quotation.inner_start, quotation.inner_end)
            joined[host] = replace(
                report,
                spans=tuple(sorted({*report.spans, span})),
                quotations=report.quotations | {index},
                last_unit=max(report.last_unit, number),
            )
            taken.add(index)
    return joined


def _sequel(layout: Layout, report: Report, number: int, index: int) -> Report:
    """What a speaker goes on to say between marks after a sentence of indirect speech."""
    quotation = layout.quotations[index]
    speaker = report.speaker
    return replace(
        report,
        spans=((quotation.inner_start, quotation.inner_end),),
        speaker=None if speaker is None else speaker._replace(basis="inherited"),
        quotations=frozenset({index}),
        unit=number,
        last_unit=number,
        paragraph=layout.units[number].paragraph,
    )


def _quotations_of(layout: Layout, unit: Unit) -> list[int]:
    return sorted({q for q in layout.quoted[unit.first : unit.last] if q >= 0})


def is_whole(layout: Layout, unit: Unit, index: int) -> bool:
    """Whether a unit is nothing but one quotation."""
    return all(
        layout.quoted[i] == index or layout.doc[i].is_punct for i in range(unit.first, unit.last)
    )


def _host(
    layout: Layout, reports: list[Report], number: int, unit: Unit, *, whole: bool
) -> int | None:
    """Which report a quotation continues.

    The one before it in its paragraph, else the one after, else the last of the paragraph before.
    """
    before = [
        i for i, r in enumerate(reports) if r.paragraph == unit.paragraph and r.last_unit < number
    ]
    if before:
        return max(before, key=lambda i: (reports[i].last_unit, reports[i].spans[-1]))
    after = [i for i, r in enumerate(reports) if r.paragraph == unit.paragraph and r.unit > number]
    if after and whole:
        return min(after, key=lambda i: reports[i].unit)
    previous = [i for i, r in enumerate(reports) if r.last_unit < number]
    if previous and whole:
        last = max(previous, key=lambda i: (reports[i].last_unit, reports[i].spans[-1]))
        gap = unit.paragraph - layout.units[reports[last].last_unit].paragraph
        if reports[last].quotations and number - reports[last].last_unit == 1 and gap > 0:
            return last
    return None
