"""Compares a record with a golden file: what is missing, what is other, what is too much.

A difference has a kind (`date`, `date.value`, `tariff.status`, …) and words. A bare kind says that
the whole thing is missing (or, as surplus, invented); a kind with a field says that it was found,
with another value there. Extra measures have the kind `extra-tariff`, to be told by their words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from pipeline import findings
from pipeline.record import Record
from tests import goldens
from tests.goldens import ANY, Golden

_NEVER_JUDGED: Final = frozenset(
    (
        *("we", "us", "our", "ours", "ourselves", "they", "them", "their", "theirs", "themselves"),
        *("who", "whom", "whose", "which"),
    )
)
_ARTICLES: Final = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"(?:['’]s?)$")
_EDGES: Final = ",.;:—–- \t\r\n"
_SAME_QUOTE: Final = 0.8  # Jaccard overlap, as in the usual scoring of quotes


class Place(Protocol):
    """Anything that stands at `[start, end)` of the text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Found:
    """One difference as it is now: `key` for measures and problems, `place` for all others."""

    side: str
    kind: str
    key: str | None
    place: tuple[int, int] | None
    detail: str


_P = TypeVar("_P", bound=Place)
_G = TypeVar("_G")
_F = TypeVar("_F")


def differences(golden: Golden, record: Record) -> list[Found]:
    """All differences in the sections that the golden file judges."""
    return list(_Comparison(golden, record).all())


def unlisted_and_stale(
    golden: Golden, found: Sequence[Found]
) -> tuple[list[Found], list[goldens.Difference]]:
    """The differences that the golden file does not list, and those it lists that are no more."""
    open_ones = list(found)
    stale = []
    for side, listed in (("misses", golden.misses), ("surplus", golden.surplus)):
        for known in listed:
            same = [one for one in open_ones if one.side == side and _is(known, one)]
            if same:
                open_ones.remove(min(same, key=lambda one: _distance(known, one)))
            else:
                stale.append(known)
    return open_ones, stale


def as_yaml(golden: Golden, found: Found) -> str:
    """A line to paste into the golden file, with its reason still to be given."""
    words = found.key if found.key is not None else _unique(golden.text, found.place or (0, 0))
    quoted = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return (
        f'  - {{kind: {found.kind}, words: "{quoted}", reason: }}  # {found.side}: {found.detail}'
    )


def _is(known: goldens.Difference, one: Found) -> bool:
    if known.kind != one.kind:
        return False
    if known.place is None or one.place is None:
        return known.words == one.key
    return known.place.start < one.place[1] and one.place[0] < known.place.end


def _distance(known: goldens.Difference, one: Found) -> int:
    if known.place is None or one.place is None:
        return 0
    return abs(known.place.start - one.place[0]) + abs(known.place.end - one.place[1])


def _unique(text: str, place: tuple[int, int]) -> str:
    """The words at a place, with as many neighbours as make them unique."""
    start, end = place
    if end - start > 60:
        end = start + len(re.match(r"(?:\S+\s+){5}\S+", text[start:end] + " . . . . . .")[0])  # type: ignore[index]
        end = min(end, place[1])
    left, right = start, end
    while len(list(re.finditer(rf"(?<!\w){re.escape(text[left:right])}(?!\w)", text))) > 1:
        if left > 0:
            left = max(text.rfind(" ", 0, left - 1), text.rfind("\n", 0, left - 1)) + 1
        following = re.compile(r"\S\s").search(text, right + 1)
        right = following.start() + 1 if following else len(text)
    if (left, right) == (start, end):
        return text[start:end]
    return f"{text[left:start]}[[{text[start:end]}]]{text[end:right]}"


class _Comparison:
    """One record beside one golden file."""

    def __init__(self, golden: Golden, record: Record) -> None:
        self.golden, self.record, self.text = golden, record, golden.text
        self.entity_of: dict[str, str] = {}
        self.measure_of: dict[str, str] = {}
        self.dates = {date.id: date for date in record.dates}

    def all(self) -> Iterator[Found]:
        parts: dict[str, Callable[[], Iterator[Found]]] = {
            "title": self.title,
            "published": self.published,
            "problems": self.problems,
            "boilerplate": self.boilerplate,
            "entities": self.entities,
            "dates": self.of_dates,
            "tariffs": self.tariffs,
            "figures": self.figures,
            "quotes": self.quotes,
        }
        for section, compare in parts.items():
            if section in self.golden.judged:
                yield from compare()

    def miss(self, kind: str, where: Place | str, detail: str) -> Found:
        if isinstance(where, str):
            return Found("misses", kind, where, None, detail)
        return Found("misses", kind, None, (where.start, where.end), detail)

    def surplus(self, section: str, kind: str, where: Place) -> Iterator[Found]:
        """A surplus, unless the golden file leaves open what stands there."""
        if not any(_overlap(where, open_) for open_ in self.golden.debatable.get(section, ())):
            found = self.text[where.start : where.end]
            yield Found("surplus", kind, None, (where.start, where.end), f"found {found[:60]!r}")

    # Head and furniture ---------------------------------------------------------------------------

    def title(self) -> Iterator[Found]:
        said, found = self.golden.title, self.record.title
        if said is not None and (found is None or (found.start, found.end) != _ends(said)):
            yield self.miss("title", said, f"found {found.text if found else None!r}")
        if said is None and found is not None:
            yield from self.surplus("title", "title", found)

    def published(self) -> Iterator[Found]:
        said, found = self.golden.published, self.record.published
        if said is None:
            if found is not None:
                yield Found("surplus", "published", "published", None, f"found {found.value}")
            return
        wrong = [
            found is None or found.value != said.value,
            said.basis is not None and found is not None and found.basis != said.basis,
            said.span is not None
            and not (found and found.span and _overlap(said.span, found.span)),
        ]
        if any(wrong):
            yield Found("misses", "published", "published", None, f"expected {said}, found {found}")

    def problems(self) -> Iterator[Found]:
        kinds = {problem.kind for problem in self.record.problems}
        for kind in set(self.golden.problems) - kinds:
            yield self.miss("problem", kind, "not reported")
        for kind in kinds - set(self.golden.problems):
            yield Found("surplus", "problem", kind, None, "reported")

    def boilerplate(self) -> Iterator[Found]:
        found = _letters(self.text, self.record.boilerplate)
        expected = _letters(self.text, self.golden.boilerplate)
        for line in self.golden.boilerplate:
            if not _letters(self.text, [line]) <= found:
                yield self.miss("boilerplate", line, "not left out")
        for each in self.record.boilerplate:
            if _letters(self.text, [each]) - expected:
                yield from self.surplus("boilerplate", "boilerplate", each)

    # Entities -------------------------------------------------------------------------------------

    def entities(self) -> Iterator[Found]:
        found = [(e, m) for e in self.record.entities for m in e.mentions]
        pairs: list[tuple[goldens.Entity, goldens.Mention, findings.Entity, findings.Mention]] = []
        unmatched: list[tuple[goldens.Entity, goldens.Mention]] = []
        for entity in self.golden.entities:
            for mention in entity.mentions:
                exact = [(e, m) for e, m in found if self.same_mention(entity, mention, m)]
                if exact:
                    pairs.append((entity, mention, *exact[0]))
                    found.remove(exact[0])
                else:
                    unmatched.append((entity, mention))
        for entity, mention in unmatched:
            near = [(e, m) for e, m in found if _overlap(mention.span, m)]
            if near:
                found.remove(near[0])
                yield self.miss("mention.span", mention.span, f"found {near[0][1].text!r}")
            else:
                yield self.miss("mention", mention.span, f"{entity.name} not found")
        for _, extra in found:
            if extra.text.lower() not in _NEVER_JUDGED:
                yield from self.surplus("entities", "mention", extra)
        yield from self.groups(pairs)

    def same_mention(
        self, entity: goldens.Entity, said: goldens.Mention, found: findings.Mention
    ) -> bool:
        one, other = self.trimmed(said.span), self.trimmed(found)
        if entity.type == "GOODS":
            return one[1] == other[1]
        return one == other

    def trimmed(self, place: Place) -> tuple[int, int]:
        """The ends of a mention without article and possessive."""
        words = self.text[place.start : place.end]
        article = _ARTICLES.match(words)
        possessive = _POSSESSIVE.search(words)
        return (
            place.start + (article.end() if article else 0),
            place.start + (possessive.start() if possessive else len(words)),
        )

    def groups(
        self,
        pairs: list[tuple[goldens.Entity, goldens.Mention, findings.Entity, findings.Mention]],
    ) -> Iterator[Found]:
        """Which found entity each golden one is, by most mentions; what else is said of it."""
        votes: dict[tuple[str, str], int] = {}
        for entity, _, found, _ in pairs:
            votes[entity.name, found.id] = votes.get((entity.name, found.id), 0) + 1
        for (name, id_), _ in sorted(votes.items(), key=lambda vote: -vote[1]):
            if name not in self.entity_of and id_ not in self.entity_of.values():
                self.entity_of[name] = id_
        for entity, mention, found, found_mention in pairs:
            if self.entity_of.get(entity.name) != found.id:
                detail = f"{entity.name}, found as {found.name!r}"
                yield self.miss("mention.entity", mention.span, detail)
            if mention.form is not None and mention.form != found_mention.form:
                detail = f"expected {mention.form}, found {found_mention.form}"
                yield self.miss("mention.form", mention.span, detail)
        by_id = {entity.id: entity for entity in self.record.entities}
        for entity in self.golden.entities:
            if entity.name in self.entity_of:
                yield from self.one_entity(entity, by_id[self.entity_of[entity.name]])

    def one_entity(self, said: goldens.Entity, found: findings.Entity) -> Iterator[Found]:
        first = said.mentions[0].span
        if said.type is not None and said.type != found.type:
            yield self.miss("entity.type", first, f"expected {said.type}, found {found.type}")
        if said.iso3 is not None and said.iso3 != found.identifiers.iso3:
            detail = f"expected {said.iso3}, found {found.identifiers.iso3}"
            yield self.miss("entity.iso3", first, detail)
        for role in said.roles or ():
            same = [r for r in found.roles if _overlap(role.span, r.span)]
            if not same:
                yield self.miss("entity.role", role.span, "not found")
            elif role.of is not None and same[0].of != self.entity_of.get(role.of):
                yield self.miss("entity.role", role.span, f"of {role.of}, found {same[0].of}")

    # Dates ----------------------------------------------------------------------------------------

    def of_dates(self) -> Iterator[Found]:
        found = list(self.record.dates)
        for said in self.golden.dates:
            same = [d for d in found if (d.start, d.end) == _ends(said.span)]
            near = same or [d for d in found if _overlap(d, said.span)]
            if not near:
                yield self.miss("date", said.span, "not found")
                continue
            found.remove(near[0])
            if not same:
                yield self.miss("date.span", said.span, f"found {near[0].text!r}")
            yield from self.one_date(said, near[0])
        for extra in found:
            yield from self.surplus("dates", "date", extra)

    def one_date(self, said: goldens.Date, found: findings.Date) -> Iterator[Found]:
        calendar = isinstance(said.value, str) and re.fullmatch(r"[\dTQHWE:-]+", said.value)
        unresolved = said.unresolved
        if unresolved is None and not calendar:
            unresolved = ANY
        fields = {
            "type": (said.type, found.type),
            "value": (said.value, found.value),
            "mod": (said.mod, found.mod),
            "unresolved": (unresolved, found.unresolved),
        }
        for name, (expected, there) in fields.items():
            if expected is not ANY and expected != there:
                yield self.miss(f"date.{name}", said.span, f"expected {expected}, found {there}")
        if said.anchor is not None:
            anchor = self.dates[found.anchor].text if found.anchor in self.dates else found.anchor
            if said.anchor != anchor:
                detail = f"expected {said.anchor}, found {anchor}"
                yield self.miss("date.anchor", said.span, detail)

    # Tariff measures ------------------------------------------------------------------------------

    def tariffs(self) -> Iterator[Found]:
        found = list(self.record.tariffs)
        scored = sorted(
            (
                (-score, n, m)
                for n, said in enumerate(self.golden.tariffs)
                for m, there in enumerate(found)
                if (score := self.likeness(said, there))
            ),
        )
        pairs: dict[int, int] = {}
        for _, n, m in scored:
            if n not in pairs and m not in pairs.values():
                pairs[n] = m
        for n, m in pairs.items():
            self.measure_of[self.golden.tariffs[n].key] = found[m].id
        for n, said in enumerate(self.golden.tariffs):
            if n in pairs:
                yield from self.one_measure(said, found[pairs[n]])
            else:
                yield self.miss("tariff", said.key, "not found")
        for m, extra in enumerate(found):
            if m not in pairs.values():
                yield from self.surplus("tariffs", "extra-tariff", extra.evidence[0])

    def likeness(self, said: goldens.Measure, found: findings.TariffMeasure) -> int:
        """0 where they cannot be the same: no common words of evidence."""
        if not any(_overlap(one, other) for one in said.evidence for other in found.evidence):
            return 0
        same_rate = _rate(said.rate) == _rate(found.rate)
        parties = [
            (said.implementers, found.implementers),
            (said.affected, found.affected),
        ]
        same_parties = sum(
            expected is not ANY and _codes(expected) == _codes(there) for expected, there in parties
        )
        return 1 + 8 * same_rate + 2 * same_parties + (said.status == found.status)

    def one_measure(self, said: goldens.Measure, found: findings.TariffMeasure) -> Iterator[Found]:
        checks: list[tuple[str, object, object, object]] = [
            ("instrument", said.instrument, said.instrument, found.instrument),
            ("action", said.action, said.action, found.action),
            ("status", said.status, said.status, found.status),
            ("rate", said.rate, _rate(said.rate), _rate(found.rate)),
            (
                "previous_rate",
                said.previous_rate,
                _rate(_unless_any(said.previous_rate)),
                _rate(found.previous_rate),
            ),
            ("change", said.change, _change(_unless_any(said.change)), _change(found.change)),
            (
                "value_covered",
                said.value_covered,
                _money(_unless_any(said.value_covered)),
                _money(found.value_covered),
            ),
            ("goods", said.goods, _heads(said.goods), _heads(found.goods)),
        ]
        for name in ("implementers", "affected", "excluded"):
            expected = getattr(said, name)
            checks.append((name, expected, _codes(expected), _codes(getattr(found, name))))
        for name, judged, expected, there in checks:
            if judged is not ANY and expected != there:
                detail = f"expected {_shown(expected)}, found {_shown(there)}"
                yield self.miss(f"tariff.{name}", said.key, detail)
        for kind, detail in self.finer(said, found):
            yield self.miss(f"tariff.{kind}", said.key, detail)

    def finer(
        self, said: goldens.Measure, found: findings.TariffMeasure
    ) -> Iterator[tuple[str, str]]:
        """Evidence, bases, places, dates and relations of a measure."""
        for evidence in said.evidence:
            if not any(_overlap(evidence, there) for there in found.evidence):
                yield "evidence", f"without {evidence.text[:50]!r}"
        if said.rate is not None and found.rate is not None:
            if said.rate.stacking is not ANY and said.rate.stacking != found.rate.stacking:
                yield "stacking", f"expected {said.rate.stacking}, found {found.rate.stacking}"
            expected = (said.rate.span, *said.rate.mentions)
            there = (found.rate.span, *found.rate.mentions)
            if not _cover(expected, there):
                words = [span.text for span in there]
                yield "rate-mentions", f"expected {len(expected)}, found {words}"
        for name in ("firms", "legal_basis"):
            spans = getattr(said, name)
            if spans is not ANY and not _cover(spans, getattr(found, name)):
                words = [span.text for span in getattr(found, name)]
                yield name, f"expected {[span.text for span in spans]}, found {words}"
        yield from self.bases(said, found)
        for name in ("announced", "effective", "until"):
            yield from self.date_of(name, getattr(said, name), getattr(found, name))
        if said.relations is not ANY:
            yield from self.relations(said, found)

    def bases(
        self, said: goldens.Measure, found: findings.TariffMeasure
    ) -> Iterator[tuple[str, str]]:
        """How parties and goods are known, and from which words of the clause."""
        pairs: list[tuple[str, goldens.Party | goldens.Goods, findings.Party | findings.Goods]] = []
        for name in ("implementers", "affected", "excluded"):
            expected = getattr(said, name)
            for party in () if expected is ANY else expected:
                same = [p for p in getattr(found, name) if p.code == party.code]
                pairs += [(name, party, same[0])] if same else []
        for goods in () if isinstance(said.goods, goldens.Unjudged) else said.goods:
            alike = [g for g in found.goods if _head(g.name) == _head(goods.name)]
            pairs += [("goods", goods, alike[0])] if alike else []
        for name, one, there in pairs:
            if one.basis is ANY:
                continue
            if one.basis != there.basis:
                yield f"{name}.basis", f"expected {one.basis}, found {there.basis} {there.name!r}"
                continue
            if one.span is None or one.basis == "inherited":
                continue
            if there.span is None or not _overlap(one.span, there.span):
                words = there.span.text if there.span else None
                yield f"{name}.span", f"expected {one.span.text!r}, found {words!r}"

    def date_of(
        self,
        name: str,
        said: goldens.MeasureDate | goldens.Unjudged | None,
        found: findings.DateOfMeasure | None,
    ) -> Iterator[tuple[str, str]]:
        if isinstance(said, goldens.Unjudged) or (said is None and found is None):
            return
        if said is None or found is None or said.value != found.value:
            yield name, f"expected {said and said.value}, found {found and found.value}"
            return
        if said.basis is not ANY and said.basis != found.basis:
            yield f"{name}.basis", f"expected {said.basis}, found {found.basis}"
        date = self.dates.get(found.date or "")
        if said.span is not None and (date is None or not _overlap(said.span, date)):
            yield f"{name}.date", f"expected {said.span.text!r}, found {date and date.text!r}"

    def relations(
        self, said: goldens.Measure, found: findings.TariffMeasure
    ) -> Iterator[tuple[str, str]]:
        there = [(relation.type, relation.to) for relation in found.relations]
        for relation in said.relations if not isinstance(said.relations, goldens.Unjudged) else ():
            to: set[str | None] = {self.measure_of.get(key) for key in relation.to} - {None}
            same = [
                pair for pair in there if pair[0] == relation.type and pair[1] in (to or {None})
            ]
            if same:
                there.remove(same[0])
            else:
                yield "relations", f"without {relation.type} {' or '.join(relation.to) or None}"
        for type_, _ in there:
            yield "relations", f"found {type_} beside"

    # Figures --------------------------------------------------------------------------------------

    def figures(self) -> Iterator[Found]:
        found = list(self.record.figures)
        for said in self.golden.figures:
            near = [f for f in found if _overlap(f, said.span)]
            near.sort(key=lambda f, said=said: f.value != said.value)  # type: ignore[misc]
            if not near:
                yield self.miss("figure", said.span, "not found")
                continue
            found.remove(near[0])
            yield from self.one_figure(said, near[0])
        for extra in found:
            yield from self.surplus("figures", "figure", extra)

    def one_figure(self, said: goldens.Figure, found: findings.TradeFigure) -> Iterator[Found]:
        period = self.dates.get(found.period or "")
        fields: dict[str, tuple[object, object]] = {
            "indicator": (said.indicator, found.indicator),
            "value": ((said.value, said.upper), (found.value, found.upper)),
            "unit": (said.unit, found.unit),
            "currency": (said.currency, found.currency),
            "direction": (said.direction, found.direction),
            "reporter": (said.reporter, found.reporter and found.reporter.code),
            "partner": (said.partner, found.partner and found.partner.code),
            "goods": (
                None if said.goods is None else frozenset(map(_head, said.goods)),
                frozenset(_head(goods.name) for goods in found.goods),
            ),
        }
        for name, (expected, there) in fields.items():
            if expected is not None and expected != there:
                detail = f"expected {_shown(expected)}, found {_shown(there)}"
                yield self.miss(f"figure.{name}", said.span, detail)
        if said.period is not None and not (period and _overlap(said.period, period)):
            detail = f"expected {said.period.text!r}, found {period.text if period else None!r}"
            yield self.miss("figure.period", said.span, detail)

    # Quotes ---------------------------------------------------------------------------------------

    def quotes(self) -> Iterator[Found]:
        found = list(self.record.quotes)
        scored = sorted(
            (
                (-score, n, m)
                for n, said in enumerate(self.golden.quotes)
                for m, there in enumerate(found)
                if (score := self.common(said, there)) >= _SAME_QUOTE
            ),
        )
        pairs: dict[int, int] = {}
        for _, n, m in scored:
            if n not in pairs and m not in pairs.values():
                pairs[n] = m
        for n, said in enumerate(self.golden.quotes):
            if n in pairs:
                yield from self.one_quote(said, found[pairs[n]])
            else:
                yield self.miss("quote", said.readings[0][0], "not found")
        for m, extra in enumerate(found):
            if m not in pairs.values():
                yield from self.surplus("quotes", "quote", extra.spans[0])

    def common(self, said: goldens.Quote, found: findings.Quote) -> float:
        """The best Jaccard overlap of letters with any right reading."""
        there = _letters(self.text, found.spans)
        return max(
            len(one & there) / len(one | there)
            for one in (_letters(self.text, reading) for reading in said.readings)
        )

    def one_quote(self, said: goldens.Quote, found: findings.Quote) -> Iterator[Found]:
        where = said.readings[0][0]
        there = self.content(found.spans)
        if all(self.content(reading) != there for reading in said.readings):
            yield self.miss("quote.span", where, f"found {found.text!r}")
        if found.kind not in said.kinds:
            yield self.miss("quote.kind", where, f"expected {said.kinds}, found {found.kind}")
        yield from self.speaker(said, found)
        if said.cue is not ANY and not isinstance(said.cue, goldens.Unjudged):
            expected = said.cue and said.cue.lemma
            same = (said.cue is None and found.cue is None) or (
                said.cue is not None
                and found.cue is not None
                and _overlap(said.cue.span, found.cue.span)
                and said.cue.lemma == found.cue.lemma
            )
            if not same:
                detail = f"expected {expected}, found {found.cue and found.cue.lemma}"
                yield self.miss("quote.cue", where, detail)

    def content(self, spans: Iterable[Place]) -> frozenset[int]:
        """The places of all characters of a quote but blanks and the points at span edges."""
        places: set[int] = set()
        for span in spans:
            words = self.text[span.start : span.end]
            start = span.start + len(words) - len(words.lstrip(_EDGES))
            end = span.start + len(words.rstrip(_EDGES))
            places.update(i for i in range(start, end) if not self.text[i].isspace())
        return frozenset(places)

    def speaker(self, said: goldens.Quote, found: findings.Quote) -> Iterator[Found]:
        where = said.readings[0][0]
        if said.speaker is None or found.speaker is None:
            if (said.speaker is None) != (found.speaker is None):
                detail = f"found {found.speaker.span.text if found.speaker else None!r}"
                yield self.miss("quote.speaker", where, detail)
            return
        if not _overlap(said.speaker.span, found.speaker.span):
            detail = f"expected {said.speaker.span.text!r}, found {found.speaker.span.text!r}"
            yield self.miss("quote.speaker", where, detail)
        elif said.speaker.basis is not None and said.speaker.basis != found.speaker.basis:
            detail = f"expected {said.speaker.basis}, found {found.speaker.basis}"
            yield self.miss("quote.basis", where, detail)
        if said.speaker.entity is not None:
            entity = self.entity_of.get(said.speaker.entity)
            if entity is None or entity != found.speaker.entity:
                names = {entity.id: entity.name for entity in self.record.entities}
                there = names.get(found.speaker.entity or "")
                detail = f"expected {said.speaker.entity!r}, found {there!r}"
                yield self.miss("quote.entity", where, detail)


def _ends(place: Place) -> tuple[int, int]:
    return place.start, place.end


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.end and other.start < one.end


def _letters(text: str, places: Iterable[Place]) -> frozenset[int]:
    return frozenset(
        i for place in places for i in range(place.start, place.end) if text[i].isalnum()
    )


def _cover(one: Sequence[Place], other: Sequence[Place]) -> bool:
    """Whether each place of either list overlaps one of the other list."""
    return all(any(_overlap(a, b) for b in other) for a in one) and all(
        any(_overlap(a, b) for a in one) for b in other
    )


def _rate(rate: goldens.Rate | findings.Rate | None) -> object:
    return rate and (rate.operator, rate.value, rate.upper, rate.unit)


def _change(change: goldens.Change | findings.Change | None) -> object:
    return change and (change.value, change.unit)


def _money(money: goldens.Money | findings.ValueCovered | None) -> object:
    return money and (money.operator, money.amount, money.currency)


def _unless_any(value: _G | goldens.Unjudged | None) -> _G | None:
    return None if isinstance(value, goldens.Unjudged) else value


def _codes(parties: object) -> object:
    """Codes, or the last word of a group without one."""
    if not isinstance(parties, tuple):
        return parties
    return frozenset(
        party.code or _head(party.name if isinstance(party, findings.Party) else party.span.text)
        for party in parties
    )


def _heads(goods: object) -> object:
    return frozenset(_head(each.name) for each in goods) if isinstance(goods, tuple) else goods


def _head(words: str) -> str:
    return words.rsplit(maxsplit=1)[-1].lower()


def _shown(value: object) -> str:
    return str(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
