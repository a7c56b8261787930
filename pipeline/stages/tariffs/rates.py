"""Written rates: which amounts of a text are rates of a levy, and how two levels make a change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pipeline.amounts import Amount, AmountReader
from pipeline.patterns import PatternError, RegexPattern

if TYPE_CHECKING:
    from pipeline.article import Article
    from pipeline.findings import Operator
    from pipeline.rulebook import Rule, Rulebook
    from pipeline.stages.tariffs.scene import Scene

Stretch = tuple[int, int]
"""Half-open source offsets."""

RANGING = re.compile(r"\b(?:rang|var(?:y|ie|ying)|between|anywhere)", re.IGNORECASE)
CEILING = re.compile(r"\b(?:a high of|a maximum of|can exceed|peak(?:s|ing)? at)\b", re.IGNORECASE)
Stacking = Literal["level", "added", "total"]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of duty as the text writes it: offsets, value, unit, and the level it comes from."""

    start: int
    end: int
    value: float
    unit: str
    operator: Operator = "="
    upper: float | None = None
    stacking: Stacking = "level"
    previous: Level | None = None
    is_change: bool = False
    """The number says by how much, not to what."""
    rule: str = ""
    levy: Stretch | None = None
    item: Stretch | None = None
    """The goods, country or firm of a list that this level alone is for: "Peru" in "Peru 17%"."""

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it shares a character with `[start, end)`."""
        return self.start < end and start < self.end

    @property
    def reach(self) -> Stretch:
        """From the first to the last of its numbers, the previous level included."""
        if self.previous is None:
            return self.start, self.end
        return min(self.start, self.previous.start), max(self.end, self.previous.end)


def find_levels(
    rules: Rulebook, reader: AmountReader, article: Article, window: Stretch
) -> list[Level]:
    """Every amount in a window that could be a level of duty, changes joined, in text order."""
    amounts = [
        amount
        for amount in reader.find(article.body, *window)
        if amount.unit in ("percent", "percentage-point") or (amount.unit and "/" in amount.unit)
    ]
    levels = _without_alternatives([_level(amount, article) for amount in amounts], article)
    for match in _matches(rules, "free-of-duty", article, window):
        if not any(level.overlaps(*match) for level in levels):
            levels.append(Level(*match, 0.0, "percent", rule="free-of-duty"))
    levels = sorted(levels, key=lambda a: a.start)
    return join_changes(levels, rules, article, window) if len(levels) > 1 else levels


def _level(amount: Amount, article: Article) -> Level:
    before = article.text[max(0, amount.start - 40) : amount.start]
    operator = "<=" if CEILING.search(before) and "high" in before else amount.operator
    if re.search(r"\bexceed\s*$", before):
        operator = ">="
    return Level(
        amount.start,
        amount.end,
        amount.value,
        amount.unit or "",
        operator=operator,
        upper=amount.upper,
        is_change=amount.unit == "percentage-point",
    )


def _without_alternatives(levels: list[Level], article: Article) -> list[Level]:
    """Levels with alternatives ("10 or 25 percent") as one range each."""
    result: list[Level] = []
    for level in levels:
        last = result[-1] if result else None
        if last is not None and last.unit == level.unit and last.upper is None:
            between = article.text[last.end : level.start]
            if re.fullmatch(r"\s*(?:%|per\s?cent|percent|pct)?\s+or\s+", between) and (
                last.value < level.value
            ):
                result[-1] = replace(last, end=level.end, upper=level.value, operator="range")
                continue
        result.append(level)
    return result


def _matches(rules: Rulebook, kind: str, article: Article, window: Stretch) -> Iterator[Stretch]:
    for rule in rules.by_kind.get(kind, ()):
        for hit in searched(rule, article, window):
            yield hit.get("rate", hit["all"])


def searched(rule: Rule, article: Article, window: Stretch) -> Iterator[Mapping[str, Stretch]]:
    """The slots of each match of a regex rule within a window; `all` is the whole match."""
    if not isinstance(rule.pattern, RegexPattern):
        raise PatternError(f"rule {rule.id!r} must be a regex: it reads numbers")
    for hit in rule.pattern.search(article.body, *window):
        yield {
            "all": (hit.start, hit.end),
            **{name: (slot.start, slot.end) for name, slot in hit.slots.items()},
        }


def join_changes(
    levels: Sequence[Level], rules: Rulebook, article: Article, window: Stretch
) -> list[Level]:
    """Levels with "from X to Y" and "to Y from X" made one: the new level, the old as `previous`.

    Where nothing is said to change, "from 5% to 25%" is a range.
    """
    result = list(levels)
    matches = [
        (rule, hit)
        for rule in rules.by_kind.get("change", ())
        for hit in searched(rule, article, window)
    ]
    for rule, hit in sorted(matches, key=lambda m: (m[1]["all"][0] - m[1]["all"][1], m[0].order)):
        old = next((a for a in result if a.overlaps(*hit["before"])), None)
        new = next((a for a in result if a.overlaps(*hit["after"])), None)
        if old is None or new is None or old is new or old.previous or new.previous:
            continue
        if old.upper is not None or old.is_change or new.is_change:
            continue
        at = min(result.index(old), result.index(new))
        result = [a for a in result if a is not old and a is not new]
        if rule.id.endswith("from-one-to-another") and not _changes(
            rules, article, window, hit["all"]
        ):
            low, high = sorted((old.value, new.value))
            joined = replace(new, start=old.start, value=low, upper=high, operator="range")
        else:
            joined = replace(new, previous=old)
        result.insert(at, joined)
    return sorted(result, key=lambda a: a.start)


def _changes(rules: Rulebook, article: Article, window: Stretch, at: Stretch) -> bool:
    """Whether the words around two levels say that one becomes the other."""
    before = article.body[max(window[0], at[0] - 30) : at[1]]
    if RANGING.search(before):
        return False
    words = re.findall(r"[a-z]+", article.body[max(window[0], at[0] - 220) : at[1] + 60].lower())
    verbs = rules.lexicons["change-stem"]
    return any(word.startswith(tuple(verbs)) for word in words)


# Deciding -----------------------------------------------------------------------------------------

REACH = 130
"""Characters around the levels of a sentence that the rules on rates look at."""

NEVER = ("average-levy", "averages-listed")
"""Rules against a rate that nothing overrules."""


def decide(
    levels: Sequence[Level], rules: Rulebook, article: Article, window: Stretch
) -> list[Level]:
    """The levels that are rates of a levy (or changes of one), each with the rule that says so."""
    if not levels:
        return []
    first, last = min(level.reach[0] for level in levels), max(level.reach[1] for level in levels)
    near = (max(window[0], first - REACH), min(window[1], last + REACH))
    said: list[tuple[str, str, Mapping[str, Stretch]]] = [
        (kind, rule.id.rpartition("/")[2], hit)
        for kind in ("rate", "no-rate")
        for rule in rules.by_kind.get(kind, ())
        for hit in searched(rule, article, near)
    ]
    kept: list[Level] = []
    for level in levels:
        votes = [
            (kind, name, hit)
            for kind, name, hit in said
            if level.overlaps(*hit["rate"])
            or (level.previous is not None and level.previous.overlaps(*hit["rate"]))
        ]
        verdict = _verdict(level, votes)
        if verdict is None:
            continue
        if verdict.rule not in GOING_ON or is_next_step(level, kept, article):
            kept.append(verdict)
    return kept


GOING_ON = frozenset({"rate-in-steps", "goods-raised-on", "name-with-rate"})
"""Rules for what goes on with a rate before it."""

STEP = 60
"""Characters that may stand between two steps of a ladder."""


def is_next_step(level: Level, kept: Sequence[Level], article: Article) -> bool:
    """Whether a level follows a rate closely, in its clause: "10% in May, 20% in July"."""
    if not kept or not 0 < level.start - kept[-1].end <= STEP:
        return False
    return not re.search(r"[;:.]\s", article.text[kept[-1].end : level.start])


def _verdict(level: Level, votes: Sequence[tuple[str, str, Mapping[str, Stretch]]]) -> Level | None:
    against = [name for kind, name, _ in votes if kind == "no-rate"]
    support = [(name, hit) for kind, name, hit in votes if kind == "rate"]
    if level.rule == "free-of-duty":
        return level
    if any(name in NEVER for name in against):
        return None
    strongest = next((s for s in support if s[0] == "rate-before-levy"), None)
    if strongest is not None and any(
        holds_whole(hit["all"], strongest[1]["all"]) for kind, _, hit in votes if kind == "no-rate"
    ):
        return None  # "a 12% tariff discount"
    if strongest is None and (against or not support):
        return None
    name, hit = strongest or support[0]
    return replace(level, rule=name, levy=hit.get("levy"), item=hit.get("item"))


def holds_whole(outer: Stretch, inner: Stretch) -> bool:
    """Whether a stretch holds another and more."""
    return outer[0] <= inner[0] and inner[1] <= outer[1] and outer != inner


def stacking_of(level: Level, scene: Scene) -> Stacking:
    """Whether a rate is a level, comes on top of another, or is what several add up to."""
    cue, text = scene.vocabulary.cue, scene.article.text
    before = re.split(r"%|per\s?cent|pct", text[max(0, level.start - 45) : level.start])[-1]
    if cue("total").search(re.split(r"[,;:.]\s", before)[-1]):
        return "total"
    after = text[level.end : level.end + 45]
    if cue("added-before").search(before) or cue("added-after").match(after):
        return "added"
    return "level"
