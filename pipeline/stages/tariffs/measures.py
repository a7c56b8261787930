"""Measures: the record that several claims of one measure make, and how measures relate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import regex

from pipeline.findings import (
    Action,
    Change,
    DateOfMeasure,
    Goods,
    Party,
    Rate,
    Relation,
    Span,
    Status,
    TariffMeasure,
)
from pipeline.stages.tariffs.claims import Claim
from pipeline.stages.tariffs.goods import unique
from pipeline.stages.tariffs.merging import GENERAL, ORDER, group_claims, head
from pipeline.stages.tariffs.parties import key
from pipeline.stages.tariffs.rates import Level
from pipeline.stages.tariffs.scene import Scene
from pipeline.stages.tariffs.timing import starts_later

T = TypeVar("T")

REPLACING_REACH = 300
"""Characters back to the measure that "it replaces" speaks of."""

BY = regex.compile(r"\s+(?:by|with)\b")
WITH = regex.compile(r"\b(?:with|by)\b")


def measures_of(claims: Sequence[Claim], scene: Scene) -> list[TariffMeasure]:
    """The records of an article, by their first words, with their relations."""
    groups = sorted(group_claims(claims), key=lambda g: g[0].evidence.start)
    measures = [measure_of(group, f"t{n}", scene) for n, group in enumerate(groups, start=1)]
    related = [
        with_relations(m, group, measures) for m, group in zip(measures, groups, strict=True)
    ]
    return with_replacements(related, groups, scene)


def measure_of(group: Sequence[Claim], measure_id: str, scene: Scene) -> TariffMeasure:
    """One record of the claims of one measure."""
    lead = group[0]
    rate = next((rate_of(c.rate, group, scene) for c in group if c.rate is not None), None)
    previous = next(
        (c.level.previous for c in group if c.level is not None and c.level.previous), None
    )
    change = next((c.change for c in group if c.change is not None), None)
    affected = parties_said([c.affected for c in group])
    return TariffMeasure(
        id=measure_id,
        evidence=tuple(spans_said(c.evidence for c in group)),
        instrument=next((c.instrument for c in group if c.instrument != "tariff"), "tariff"),
        action=action_of(group),
        status=status_of_group(group, scene),
        rate=rate,
        previous_rate=plain_rate(previous, scene) if previous is not None else None,
        change=Change(
            value=change.value,
            unit="percentage-point" if change.unit == "percentage-point" else "percent",
            span=scene.article.span(change.start, change.end),
        )
        if change is not None
        else None,
        implementers=tuple(parties_said([c.implementers for c in group])),
        affected=tuple(affected),
        excluded=tuple(parties_said([c.excluded for c in group])),
        goods=tuple(goods_said(group)),
        firms=tuple(spans_said(s for c in group for s in c.firms)),
        value_covered=first(c.value_covered for c in group),
        announced=first(c.times.announced for c in group),
        effective=start_of(group),
        until=first(c.times.until for c in group),
        legal_basis=tuple(spans_said(s for c in group for s in c.legal_basis)),
        rule=lead.rule,
    )


def start_of(group: Sequence[Claim]) -> DateOfMeasure | None:
    """The start: as a word of starting says it, else as the verb of the act does."""
    said = first(c.times.effective for c in group if c.times.start_is_said)
    return said or first(c.times.effective for c in group)


def first(values: Iterable[T | None]) -> T | None:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)


def spans_said(spans: Iterable[Span]) -> list[Span]:
    """Each span once, by start."""
    return sorted({(s.start, s.end): s for s in spans}.values(), key=lambda s: (s.start, s.end))


def parties_said(lists: Sequence[Sequence[Party]]) -> list[Party]:
    """Each party once, the surest basis of each; `ALL` only where none is named."""
    rank = {"stated": 0, "inferred": 1, "inherited": 2}
    best: dict[str, Party] = {}
    for party in (p for parties in lists for p in parties):
        known = best.get(key(party))
        if known is None or rank[party.basis] < rank[known.basis]:
            best[key(party)] = party
    named = [p for p in best.values() if p.code != "ALL"]
    return named or list(best.values())


def goods_said(group: Sequence[Claim]) -> list[Goods]:
    """The goods of a group; "goods", and "everything" only inferred, give way to what is named."""
    goods = unique(g for c in group for g in c.goods)
    said = [g for g in goods if g.name != "ALL" or g.basis == "stated"]
    named = [g for g in said if head(g) not in GENERAL or " " in g.name or g.name == "ALL"]
    said = named if any(g.name != "ALL" for g in named) else said
    return sorted(said or goods, key=lambda g: g.span.start if g.span else 0)


def action_of(group: Sequence[Claim]) -> Action:
    """What is done: to a level that is told with the one before it, what ended or suspended it,
    else the first act that says more than that the level stands.
    """
    for claim in group:
        if claim.level is not None and claim.level.previous and claim.action in ("raise", "lower"):
            return claim.action
    undone: tuple[tuple[Status, Action], ...] = (("ended", "remove"), ("suspended", "suspend"))
    for status, action in undone:
        if any(c.status == status and c.action == action for c in group):
            return action
    group = [c for c in group if not c.is_headline] or group
    return next((c.action for c in group if c.action != "keep"), group[0].action)


def status_of_group(group: Sequence[Claim], scene: Scene) -> Status:
    """The status that comes first in the guideline's order among the clauses with an act.

    What is told as imposed, and elsewhere as starting later, is announced.
    """
    body = [c for c in group if not c.is_headline] or group  # "slaps" may be a plan
    said = [c.status for c in body if c.act is not None and c.act.cue is not None] or [
        c.status for c in body
    ]
    status = min(said, key=ORDER.index)
    starts = first(c.times.effective for c in group if c.times.start_is_said)
    return "announced" if status == "in-force" and starts_later(starts, scene) else status


def rate_of(level: Level | None, group: Sequence[Claim], scene: Scene) -> Rate | None:
    """The rate with every place where the group says it."""
    if level is None:
        return None
    mentions = spans_said(
        scene.article.span(c.rate.start, c.rate.end) for c in group if c.rate is not None
    )
    return plain_rate(level, scene).model_copy(update={"mentions": tuple(mentions)})


def plain_rate(level: Level, scene: Scene) -> Rate:
    """A level as the record says it."""
    return Rate(
        operator=level.operator,
        value=level.value,
        upper=level.upper,
        unit=level.unit,
        stacking=level.stacking,
        span=scene.article.span(level.start, level.end),
    )


def with_relations(
    measure: TariffMeasure, group: Sequence[Claim], measures: Sequence[TariffMeasure]
) -> TariffMeasure:
    """The measure with what it answers, and the step before it."""
    relations: list[Relation] = []
    retaliation = first(c.retaliation for c in group)
    if retaliation is not None:
        answered = answered_by(measure, measures)
        relations += [retaliation.model_copy(update={"to": to}) for to in answered or (None,)]
    relations += step_before(measure, measures)
    return measure.model_copy(update={"relations": tuple(relations)})


def answered_by(measure: TariffMeasure, measures: Sequence[TariffMeasure]) -> list[str]:
    """What a retaliation answers: the other side's measures, told in one act, that stand nearest
    before it, or else first after it.
    """
    own, hit = {key(p) for p in measure.implementers}, {key(p) for p in measure.affected}
    start = measure.evidence[0].start
    theirs = [
        m
        for m in measures
        if m.id != measure.id
        and hit & {key(p) for p in m.implementers}
        and own & {key(p) for p in m.affected}
    ]
    before = [m for m in theirs if m.evidence[0].start < start]
    nearest = max(before, key=lambda m: m.evidence[0].start, default=first(theirs))
    if nearest is None:
        return []
    act = nearest.evidence[0]
    return [m.id for m in theirs if m.evidence[0].start < act.end and act.start < m.evidence[0].end]


def step_before(measure: TariffMeasure, measures: Sequence[TariffMeasure]) -> list[Relation]:
    """That the measure is a further step of one whose rate it changes.

    What is only asked for or threatened is no step of what stands.
    """
    if measure.previous_rate is None:
        return []
    is_wish = measure.status in ("proposed", "threatened")
    start = measure.previous_rate.span.start
    return [
        Relation(type="step-of", to=other.id, span=measure.evidence[0])
        for other in measures
        if other.id != measure.id
        and other.rate is not None
        and any(span.start == start for span in other.rate.mentions)
        and not (is_wish and other.status == "in-force")
    ][:1]


def with_replacements(
    measures: Sequence[TariffMeasure], groups: Sequence[Sequence[Claim]], scene: Scene
) -> list[TariffMeasure]:
    """The measures with whom they replace, where a word says so between the two."""
    places = sorted((claim.at, number) for number, group in enumerate(groups) for claim in group)
    result = list(measures)
    for found in scene.vocabulary.cue("replacing").finditer(scene.article.text):
        pair = replacing_pair(found, places, scene)
        if pair is None or pair[0] == pair[1]:
            continue
        new, old = pair
        relation = Relation(
            type="replaces", to=measures[old].id, span=scene.article.span(*found.span())
        )
        result[new] = result[new].model_copy(
            update={"relations": (*result[new].relations, relation)}
        )
    return result


def replacing_pair(
    found: regex.Match[str], places: Sequence[tuple[int, int]], scene: Scene
) -> tuple[int, int] | None:
    """The numbers of the new and of the old measure about a word of replacing.

    "A replaces B", "A in place of B"; "B is replaced by A"; "replaced B with A".
    """
    sentence = scene.token_at(found.start()).sent
    before = [n for at, n in places if at < found.start() and found.start() - at <= REPLACING_REACH]
    after = [(at, n) for at, n in places if found.end() <= at < sentence.end_char]
    if not after:
        return None
    (first_at, first_after), *others = after
    text = scene.article.text
    if BY.match(text, found.end()):
        return (first_after, before[-1]) if before else None
    for at, number in others:
        if WITH.search(text, first_at, at):
            return number, first_after
    return (before[-1], first_after) if before else None
