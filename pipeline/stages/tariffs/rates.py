"""Written rates: finding amounts, reading their values, and deciding which are rates of a levy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.findings import Operator

if TYPE_CHECKING:
    from pipeline.article import Article
    from pipeline.rulebook import Match, Rule, Rulebook

UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
CURRENCIES = (
    (r"C\$|CAD|Canadian", "CAD"),
    (r"A\$|Australian", "AUD"),
    (r"NZ\$", "NZD"),
    (r"HK\$", "HKD"),
    (r"\$|dlr|dollar|USD|cents?\b", "USD"),
    (r"€|euro|EUR", "EUR"),
    (r"£|pence|sterling|pounds?\b", "GBP"),
    (r"yen|JPY", "JPY"),
    (r"¥|yuan|renminbi|RMB|CNY", "CNY"),
    (r"rupee", "INR"),
    (r"ecu", "XEU"),
    (r"mark", "DEM"),
    (r"franc", "CHF"),
    (r"rand", "ZAR"),
    (r"peso", "MXN"),
)
SUBUNIT = re.compile(r"\b(?:cents?|pence)\b", re.IGNORECASE)
AT_MOST = re.compile(
    r"(?:up to|as (?:much|high) as|at most|no more than|a? ?maximum of|not (?:to )?exceed(?:ing)?"
    r"|less than|below|under|a high of(?: almost| nearly)?|as many as)\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
AT_LEAST = re.compile(
    r"(?:at least|as low as|no less than|minimum of|more than|over|above|exceed(?:s|ed|ing)?"
    r"|(?:in )?excess of)\s+(?:an?\s+)?$",
    re.IGNORECASE,
)
ABOUT = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|some|~)\s*(?:an?\s+)?$", re.IGNORECASE
)
RANGING = re.compile(r"\b(?:rang|var(?:y|ie|ying)|between)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A written quantity that may be a rate: half-open offsets, value, and unit as in the output."""

    start: int
    end: int
    value: float
    unit: str
    operator: Operator = "="
    upper: float | None = None
    previous: Amount | None = None
    is_change: bool = False
    rule: str = ""

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it shares a character with `[start, end)`."""
        return self.start < end and start < self.end


def read_number(words: str) -> float:
    """The value of a number in figures or words: "1,000", "5-1/2", "twenty-five".

    Raises `ValueError` where the words are no number.
    """
    text = words.strip().lower().replace(",", "")
    if mixed := re.fullmatch(r"(\d+)[ -](\d+)/(\d+)", text):
        whole, part, parts = (float(group) for group in mixed.groups())
        return whole + part / parts
    if re.fullmatch(r"\d*\.?\d+", text):
        return float(text)
    total = 0.0
    for word in re.findall(r"[a-z]+", text):
        if word in UNITS:
            total += UNITS[word]
        elif word in TENS:
            total += TENS[word]
        elif word == "hundred":
            total = (total or 1) * 100
        elif word == "half":
            total += 0.5
        elif word not in ("a", "and"):
            raise ValueError(f"{words!r} is no number")
    return total


def read_money(words: str) -> tuple[float, str]:
    """Value and ISO 4217 code of an amount of money: "4.29 dlrs", "35-cent", "C$1.50"."""
    number = re.search(r"\d[\d,]*(?:\.\d+)?|\.\d+", words)
    value = read_number(number.group() if number else re.split(r"[\s-]", words.strip())[0])
    code = next(code for pattern, code in CURRENCIES if re.search(pattern, words, re.IGNORECASE))
    return (round(value / 100, 6) if SUBUNIT.search(words) else value), code


def singular(unit: str) -> str:
    """A unit of goods as it stands in `USD/barrel`."""
    word = " ".join(unit.lower().split())
    return word[:-1] if word.endswith("s") and word != "mmbtus" else word


def read_amount(match: Match, article: Article) -> Amount:
    """The amount that a rule of the kind `amount` found."""
    gives = match.rule.gives
    if money := match.words(article, "money"):
        value, code = read_money(money)
        unit = f"{code}/{singular(match.words(article, 'per') or '')}"
        return Amount(match.start, match.end, value, unit, rule=match.rule.id)
    unit = str(gives["unit"])
    if "value" in gives:
        value = float(str(gives["value"]))
        return Amount(match.start, match.end, value, unit, rule=match.rule.id)
    low, high = match.words(article, "low"), match.words(article, "high")
    assert low is not None  # every such rule names it
    if high is None:
        operator = operator_before(article.text, match.start)
        return Amount(
            match.start, match.end, read_number(low), unit, operator=operator, rule=match.rule.id
        )
    values = sorted((read_number(low), read_number(high)))
    return Amount(
        match.start, match.end, values[0], unit, "range", upper=values[1], rule=match.rule.id
    )


def operator_before(text: str, start: int) -> Operator:
    """The bound that the words before an amount set: "up to", "at least", "about"."""
    before = text[max(0, start - 40) : start]
    if AT_MOST.search(before):
        return "<="
    if AT_LEAST.search(before):
        return ">="
    return "~" if ABOUT.search(before) else "="


def read_amounts(rules: Rulebook, article: Article) -> list[Amount]:
    """Every amount of an article, longest first where they overlap, in text order."""
    found: list[Amount] = []
    matches = sorted(
        rules.find(article, "amount"), key=lambda m: (m.start - m.end, m.rule.order, m.start)
    )
    for match in matches:
        if not any(other.overlaps(match.start, match.end) for other in found):
            found.append(read_amount(match, article))
    return sorted(found, key=lambda a: a.start)


def join_changes(
    amounts: list[Amount], changes: Iterable[Match], article: Article, changing: Iterable[int]
) -> list[Amount]:
    """Amounts with "from X to Y" and "to Y from X" made one: the new level, the old as `previous`.

    `changing` are the offsets of words that say that something changes: without one in the
    sentence, "from 5 to 25 percent" is a range.
    """
    result = list(amounts)
    words = sorted(changing)
    taken: list[tuple[int, int]] = []
    for match in sorted(changes, key=lambda m: (m.start - m.end, m.rule.order)):
        if any(match.start < end and start < match.end for start, end in taken):
            continue
        before, after = match.slots["before"], match.slots["after"]
        inner = [a for a in result if a.overlaps(before.start, after.end) or a.overlaps(after.start, before.end)]
        if any(a.previous for a in inner):
            continue
        old = _slot_amount(match, "before", article)
        new = _slot_amount(match, "after", article)
        if "/" in new.unit and "/" not in old.unit:
            old = replace(old, unit=new.unit)
        elif "/" in old.unit and "/" not in new.unit:
            continue
        taken.append((match.start, match.end))
        result = [a for a in result if a not in inner or not (a.overlaps(*_ends(old)) or a.overlaps(*_ends(new)))]
        stretch = article.text[max(0, match.start - 30) : match.end]
        near = any(match.start - 250 <= word <= match.end + 80 for word in words)
        if match.rule.id.endswith("from-one-to-another") and (RANGING.search(stretch) or not near):
            low, high = sorted((old.value, new.value))
            result.append(
                replace(new, start=old.start, value=low, upper=high, operator="range")
            )
        else:
            result.append(replace(new, previous=old))
    return sorted(result, key=lambda a: a.start)


def _ends(amount: Amount) -> tuple[int, int]:
    return amount.start, amount.end


def _slot_amount(match: Match, name: str, article: Article) -> Amount:
    slot = match.slots[name]
    words = article.text[slot.start : slot.end]
    operator = operator_before(article.text, slot.start)
    if re.search(r"[$£€¥]|dlr|dollar|cent\b|cents\b|pence|euro|yen|yuan|rupee|ecu", words) and not re.search(
        r"per\s?cent", words
    ):
        value, code = read_money(words)
        per = re.split(r"\b(?:per|an?)\b|/", words)[-1] if re.search(r"\b(?:per|an?)\b|/", words) else ""
        unit = f"{code}/{singular(per)}" if per else code
        return Amount(slot.start, slot.end, value, unit, operator, rule=match.rule.id)
    number = re.sub(r"[\s-]*(?:%|per[\s-]?cents?|pct).*$", "", words, flags=re.IGNORECASE)
    return Amount(slot.start, slot.end, read_number(number), "percent", operator, rule=match.rule.id)


# Deciding -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of an amount: the rule that decided, and the levy word it belongs to."""

    is_rate: bool
    rule: str
    levy: tuple[int, int] | None = None


def verdicts(
    rules: Rulebook, article: Article, windows: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], list[tuple[Rule, tuple[int, int] | None]]]:
    """For each amount that a `rate` or `no-rate` rule names: the rules, with their levy words."""
    said: dict[tuple[int, int], list[tuple[Rule, tuple[int, int] | None]]] = {}
    for start, end in windows:
        for kind in ("rate", "no-rate"):
            for rule in rules.by_kind.get(kind, ()):
                for hit in _search(rule, article, start, end):
                    slot = hit["rate"]
                    said.setdefault(slot, []).append((rule, hit.get("levy")))
    return said


def _search(
    rule: Rule, article: Article, start: int, end: int
) -> Iterator[dict[str, tuple[int, int]]]:
    for hit in rule.pattern.search(article.body, start, end):  # type: ignore[attr-defined]  # they are regexes
        yield {name: (slot.start, slot.end) for name, slot in hit.slots.items()}
