"""Counts tariff measures: written rates, records, records with both parties, fields of pairs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.findings import TariffMeasure
from pipeline.record import Record
from pipeline.tuning.evaluating.tallies import Metrics, Tally, f1, named, one_to_one, share

SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’']?\s+(?=[A-Z“\"'])|\n+")
GOODS_END = re.compile(r"\b(?:from|made|of|with|for|such|including|imported|worth)\b")
VALUE_TOLERANCE = 0.005
FIELDS = (
    "affected",
    "goods",
    "previous",
    "effective",
    "value_covered",
    "legal_basis",
    "retaliation",
)

Level = tuple[float | None, float | None, str]
Stretch = tuple[int, int]
Raw = Mapping[str, Any]


def tally(gold: Raw, record: Record) -> Tally:
    """Pair measures whose rates agree and whose evidence shares a sentence, best first."""
    text, wanted, found = gold["text"], gold["measures"], record.tariffs
    counts = rate_mentions(gold, found)
    sentences = sentences_of(text)
    pairs = one_to_one(
        (-weight, i, j)
        for i, g in enumerate(wanted)
        for j, f in enumerate(found)
        if (weight := likeness(g, f, sentences)) is not None
    )
    counts.update(gold=len(wanted), found=len(found), pairs=len(pairs))
    counts["gold_rateless"] = sum(not g.get("rate") for g in wanted)
    counts["found_rateless"] = sum(f.rate is None for f in found)
    if not wanted:
        counts.update(empty_docs=1, false_alarms=len(found))
    for i, j in pairs:
        counts.update(of_pair(wanted[i], found[j]))
    paired = {j for _, j in pairs}
    return Tally(counts, tuple((f.rule, j in paired) for j, f in enumerate(found)))


def likeness(gold: Raw, found: TariffMeasure, sentences: Sequence[Stretch]) -> int | None:
    """How well two measures fit, or None where they are not of one rate and one sentence."""
    wanted = [(s["start"], s["end"]) for s in gold["evidence"]]
    got = [(s.start, s.end) for s in found.evidence]
    if not same_level(level_of(gold.get("rate")), level_of_found(found)):
        return None
    if not places(wanted, sentences) & places(got, sentences):
        return None
    implementers = codes_of(gold["imposer"]) == codes_of(found.implementers)
    affected = codes_of(gold["target"]) & codes_of(found.affected)
    goods = heads(gold["products"]) & heads(found.goods)
    touching = any(a[0] < b[1] and b[0] < a[1] for a in wanted for b in got)
    return 4 * implementers + 2 * len(affected) + len(goods) + touching


def of_pair(gold: Raw, found: TariffMeasure) -> Counter[str]:
    """The fields of one pair."""
    implementers = codes_of(gold["imposer"]) == codes_of(found.implementers)
    affected = codes_of(gold["target"]) == codes_of(found.affected)
    counts: Counter[str] = Counter(
        pairs_rateless=not gold.get("rate"),
        implementers=implementers,
        strict=implementers and affected,
        status=gold["status"].replace("_", "-") == found.status,
        action=gold["action"] == found.action,
    )
    for name, wanted, got in (
        ("affected", codes_of(gold["target"]), codes_of(found.affected)),
        ("goods", heads(gold["products"]), heads(found.goods)),
    ):
        counts[f"{name}_right"] += len(wanted & got)
        counts[f"{name}_gold"] += len(wanted)
        counts[f"{name}_found"] += len(got)
    for name, there, has, agree in optional_fields(gold, found):
        counts[f"{name}_gold"] += there
        counts[f"{name}_found"] += has
        counts[f"{name}_right"] += there and has and agree
    return counts


def optional_fields(gold: Raw, found: TariffMeasure) -> Iterable[tuple[str, bool, bool, bool]]:
    """Name, whether gold has it, whether it was found, whether the two agree."""
    previous = found.previous_rate
    yield (
        "previous",
        bool(gold.get("previous")),
        previous is not None,
        same_level(
            level_of(gold.get("previous")), level_of(previous.model_dump() if previous else None)
        ),
    )
    starts = str(gold.get("effective") or "")
    began = found.effective.value if found.effective else ""
    length = min(len(starts), len(began))
    yield "effective", bool(starts), bool(began), starts[:length] == began[:length]
    wanted, got = gold.get("value_covered"), found.value_covered
    close = (
        bool(wanted and got)
        and abs(wanted["amount"] - got.amount) <= VALUE_TOLERANCE * wanted["amount"]
        and wanted["currency"] == got.currency
        if wanted and got
        else False
    )
    yield "value_covered", bool(wanted), got is not None, close
    yield "legal_basis", bool(gold.get("legal_basis")), bool(found.legal_basis), True
    retaliates = any(r["type"] == "retaliates_for" for r in gold.get("relations") or ())
    found_retaliates = any(r.type == "retaliates-for" for r in found.relations)
    yield "retaliation", retaliates, found_retaliates, True


def rate_mentions(gold: Raw, found: Sequence[TariffMeasure]) -> Counter[str]:
    """Written rates found; one on another tariff number or a previous rate counts neither way."""
    wanted = {s for measure in gold["measures"] for s in gold_rate_spans(measure)}
    previous = [
        m["previous"]["span"] for m in gold["measures"] if (m.get("previous") or {}).get("span")
    ]
    neutral = [
        (s["start"], s["end"]) for s in [*(gold.get("other_tariff_numbers") or ()), *previous]
    ]
    got = {(s.start, s.end) for m in found if m.rate for s in (m.rate.span, *m.rate.mentions)}
    got = {s for s in got if touches(s, wanted) or not touches(s, neutral)}
    return Counter(
        rates_gold=len(wanted),
        rates_hit=sum(touches(s, got) for s in wanted),
        rates_found=len(got),
        rates_right=sum(touches(s, wanted) for s in got),
    )


def gold_rate_spans(measure: Raw) -> set[Stretch]:
    """Where the rate of a gold measure is written."""
    spans = list(measure.get("rate_mentions") or ())
    if span := (measure.get("rate") or {}).get("span"):
        spans.append(span)
    return {(s["start"], s["end"]) for s in spans}


def touches(stretch: Stretch, others: Iterable[Stretch]) -> bool:
    """Whether a stretch overlaps one of the others."""
    return any(stretch[0] < end and start < stretch[1] for start, end in others)


def sentences_of(text: str) -> list[Stretch]:
    """Stretches between sentence ends and line breaks, told by their letters."""
    ends = [m.end() for m in SENTENCE_END.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def places(spans: Iterable[Stretch], sentences: Sequence[Stretch]) -> set[int]:
    """The sentences that spans touch, by number."""
    return {
        i for span in spans for i, s in enumerate(sentences) if s[0] < span[1] and span[0] < s[1]
    }


def level_of(rate: Raw | None) -> Level | None:
    """A rate as value, upper value and unit."""
    if not rate:
        return None
    unit = str(rate.get("unit") or "")
    unit = {"%": "percent", "per cent": "percent"}.get(unit, unit)
    unit = unit.lower().replace(" per ", "/").replace("a ", "")
    value, upper = rate.get("value"), rate.get("upper", rate.get("hi"))
    return (
        None if value is None else round(float(value), 4),
        None if upper is None else round(float(upper), 4),
        "percent" if unit.startswith("percent") else unit,
    )


def level_of_found(measure: TariffMeasure) -> Level | None:
    """The rate of a found measure."""
    return level_of(measure.rate.model_dump() if measure.rate else None)


def same_level(a: Level | None, b: Level | None) -> bool:
    """Whether two rates agree: both none, or of one value in one unit."""
    if a is None or b is None:
        return a is b
    one_currency = a[2][:3] == b[2][:3] and "percent" not in (a[2], b[2])
    return a[:2] == b[:2] and (a[2] == b[2] or one_currency)


def codes_of(parties: Iterable[Any] | None) -> frozenset[str]:
    """Parties as codes, or names where there is no code."""
    return frozenset(
        party if isinstance(party, str) else party.code or party.name or "?"
        for party in parties or ()
    )


def heads(goods: Iterable[Any] | None) -> set[str]:
    """Goods by their head nouns, in the singular."""
    found = set()
    for item in goods or ():
        name = (item if isinstance(item, str) else item.name).lower()
        name = GOODS_END.split(name)[0].strip() or name
        words = re.findall(r"[a-z]+", name) or [name]
        found.add(re.sub(r"(?:es|s)$", "", words[-1]))
    return found


def metrics(counts: Counter[str]) -> Metrics:
    """The numbers of a set."""
    pairs = counts["pairs"]
    result = named(
        "rate mentions",
        f1(counts["rates_right"], counts["rates_found"], counts["rates_gold"], counts["rates_hit"]),
    )
    for name, key, found, gold in (
        ("records", "pairs", "found", "gold"),
        ("strict records", "strict", "found", "gold"),
        ("rateless records", "pairs_rateless", "found_rateless", "gold_rateless"),
    ):
        result |= named(name, f1(counts[key], counts[found], counts[gold]))
    for name, key in (
        ("status accuracy", "status"),
        ("action accuracy", "action"),
        ("implementer accuracy", "implementers"),
    ):
        result[name] = share(counts[key], pairs)
    for name in FIELDS:
        values = f1(counts[f"{name}_right"], counts[f"{name}_found"], counts[f"{name}_gold"])
        result[name] = values["f1"]
    result["false alarms, of documents without a measure"] = share(
        counts["false_alarms"], counts["empty_docs"]
    )
    return result
