"""Reads golden files: what a person found in an article, given as words, as exact spans.

The format is described in `tests/golden/README.md`. Everything a golden file says is checked
against its source text while it is read; `GoldenError` names file, key and words of a fault.
"""

from __future__ import annotations

import datetime
import enum
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from ruamel.yaml import YAML

GOLDEN: Final = Path(__file__).parent / "golden"
_SECTIONS: Final = ("boilerplate", "entities", "dates", "tariffs", "figures", "quotes")
_BASES: Final = ("stated", "inherited", "inferred")
_TYPES: Final = ("PERSON", "ORG", "GPE", "LOC", "NORP", "FAC", "PRODUCT", "EVENT", "LAW", "GOODS")
_FORMS: Final = ("name", "nominal", "pronoun", "demonym", "metonym")
_TIMES: Final = re.compile(r"^(?P<words>.+) ×(?P<times>\d+)$")


class GoldenError(ValueError):
    """A golden file says something that its source text does not bear out."""


class Unjudged(enum.Enum):
    """What a golden file writes for a value on which it takes no position."""

    ANY = "any"


ANY: Final = Unjudged.ANY
KEYED: Final = ("tariff", "problem", "published")
"""Kinds of difference whose words are no place: a measure's key, a problem's kind, "published"."""


@dataclass(frozen=True, order=True)
class Words:
    """Characters `[start, end)` of the source text, in code points."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Mention:
    """One place where an entity is spoken of; `form` is None where it is not judged."""

    span: Words
    form: str | None


@dataclass(frozen=True)
class Role:
    """What an entity is said to be; `of` is the golden name of another entity."""

    span: Words
    of: str | None


@dataclass(frozen=True)
class Entity:
    """One thing of the article with all its mentions; `roles` is None where not judged."""

    name: str
    type: str | None
    iso3: str | None
    roles: tuple[Role, ...] | None
    mentions: tuple[Mention, ...]


@dataclass(frozen=True)
class Date:
    """A temporal expression; `anchor` None is not judged, "published" or the words of a date."""

    span: Words
    type: str
    value: str | Unjudged | None
    mod: str | Unjudged | None
    anchor: str | None
    unresolved: str | Unjudged | None


@dataclass(frozen=True)
class Rate:
    """A level of duty; `mentions` are the other places that name it."""

    span: Words
    mentions: tuple[Words, ...]
    value: float
    upper: float | None
    operator: str
    unit: str
    stacking: str | Unjudged


@dataclass(frozen=True)
class Change:
    """A relative change without a level."""

    span: Words
    value: float
    unit: str


@dataclass(frozen=True)
class Party:
    """A country (`code`), or a group that only has words."""

    code: str | None
    basis: str | Unjudged
    span: Words | None


@dataclass(frozen=True)
class Goods:
    """Goods as the text names them; `ALL` for everything."""

    name: str
    basis: str | Unjudged
    span: Words | None
    hs: tuple[str, ...] | None


@dataclass(frozen=True)
class Money:
    """The trade value that a measure hits."""

    span: Words
    amount: float
    currency: str
    operator: str


@dataclass(frozen=True)
class MeasureDate:
    """A date of a measure and the words of the date it comes from."""

    value: str
    basis: str | Unjudged
    span: Words | None


@dataclass(frozen=True)
class Relation:
    """`to` holds the keys of which any one is right; empty means null."""

    type: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One tariff measure; fields that hold `ANY` are not judged."""

    key: str
    evidence: tuple[Words, ...]
    instrument: str | Unjudged
    action: str | Unjudged
    status: str | Unjudged
    rate: Rate | None
    previous_rate: Rate | Unjudged | None
    change: Change | Unjudged | None
    implementers: tuple[Party, ...] | Unjudged
    affected: tuple[Party, ...] | Unjudged
    excluded: tuple[Party, ...] | Unjudged
    goods: tuple[Goods, ...] | Unjudged
    firms: tuple[Words, ...] | Unjudged
    value_covered: Money | Unjudged | None
    announced: MeasureDate | Unjudged | None
    effective: MeasureDate | Unjudged | None
    until: MeasureDate | Unjudged | None
    legal_basis: tuple[Words, ...] | Unjudged
    relations: tuple[Relation, ...] | Unjudged


@dataclass(frozen=True)
class Figure:
    """A number about trade; what is None is not judged."""

    span: Words
    indicator: str | None
    value: float
    upper: float | None
    unit: str | None
    currency: str | None
    direction: str | None
    reporter: str | None
    partner: str | None
    goods: tuple[str, ...] | None
    period: Words | None


@dataclass(frozen=True)
class Speaker:
    """The words that name the speaker, and the golden entity they stand for, where it has one."""

    span: Words
    entity: str | None
    basis: str | None


@dataclass(frozen=True)
class Cue:
    """The word that reports the speech."""

    span: Words
    lemma: str


@dataclass(frozen=True)
class Quote:
    """Somebody's speech; `readings` are the contents that are right, the preferred one first."""

    kinds: tuple[str, ...]
    readings: tuple[tuple[Words, ...], ...]
    speaker: Speaker | None
    cue: Cue | Unjudged | None


@dataclass(frozen=True)
class Published:
    """The publication date; `basis` and `span` None are not judged."""

    value: str
    basis: str | None
    span: Words | None


@dataclass(frozen=True)
class Difference:
    """A known difference between a golden file and the pipeline, and why it stays.

    `place` is where the words stand, or None where they are the key of a measure or of a problem.
    """

    kind: str
    words: str
    place: Words | None
    reason: str


@dataclass(frozen=True)
class Golden:
    """All that a golden file says. `judged` names the sections it speaks about completely."""

    path: Path
    id: str
    source: Path
    text: str
    given_published: str | None
    judged: frozenset[str]
    title: Words | None = None
    published: Published | None = None
    problems: tuple[str, ...] = ()
    boilerplate: tuple[Words, ...] = ()
    entities: tuple[Entity, ...] = ()
    dates: tuple[Date, ...] = ()
    tariffs: tuple[Measure, ...] = ()
    figures: tuple[Figure, ...] = ()
    quotes: tuple[Quote, ...] = ()
    debatable: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    misses: tuple[Difference, ...] = ()
    surplus: tuple[Difference, ...] = ()


_T = TypeVar("_T")


class _Node:
    """A value of the YAML file that knows where it stands, to say so when it is wrong."""

    def __init__(self, reader: _Reader, value: object, key: str) -> None:
        self.reader, self.value, self.key = reader, value, key

    def fault(self, why: str, words: object = None) -> GoldenError:
        said = "" if words is None else f": {str(words)!r}"
        return GoldenError(f"{self.reader.path.name}: {self.key}{said}: {why}")

    def entries(self, *, allowed: Iterable[str]) -> dict[str, _Node]:
        if not isinstance(self.value, dict):
            raise self.fault("expected a mapping", self.value)
        allowed = set(allowed)
        for key in self.value:
            if key not in allowed:
                raise self.fault(f"unknown key, known are {', '.join(sorted(allowed))}", key)
        return {
            key: _Node(self.reader, value, f"{self.key}.{key}") for key, value in self.value.items()
        }

    def items(self) -> list[_Node]:
        values = self.value if isinstance(self.value, list) else [self.value]
        return [_Node(self.reader, value, f"{self.key}[{n}]") for n, value in enumerate(values)]

    def string(self) -> str:
        if isinstance(self.value, datetime.date):
            return self.value.isoformat()
        if isinstance(self.value, bool) or not isinstance(self.value, str | int):
            raise self.fault("expected words", self.value)
        return str(self.value)

    def one_of(self, *known: str) -> str:
        word = self.string()
        if word not in known:
            raise self.fault(f"expected one of {', '.join(known)}", word)
        return word

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.fault("expected a number", self.value)
        return float(self.value)

    @property
    def is_any(self) -> bool:
        return self.value == ANY.value

    def span(self) -> Words:
        """The one place of the text that the words, or their context, stand for."""
        written = self.string()
        found = list(self._places(written))
        if len(found) != 1:
            how = "not in the text" if not found else f"{len(found)} times in the text, mark one"
            raise self.fault(how, written)
        return found[0]

    def spans(self) -> tuple[Words, ...]:
        """The places of a list of words; `words ×n` stands for all n of them."""
        return tuple(span for item in self.items() for span in item.each())

    def each(self) -> Iterator[Words]:
        times = _TIMES.match(self.string())
        if times is None:
            yield self.span()
            return
        found = list(self._places(times["words"]))
        if len(found) != int(times["times"]):
            raise self.fault(f"{len(found)} times in the text", self.string())
        yield from found

    def _places(self, written: str) -> Iterator[Words]:
        before, opening, rest = written.partition("[[")
        answer, closing, after = rest.partition("]]")
        if not opening:
            before, answer, after = "", written, ""
        elif not closing or "[[" in after or not answer:
            raise self.fault("expected one [[answer]]", written)
        for start in self.reader.find(before + answer + after):
            begin = start + len(before)
            yield Words(begin, begin + len(answer), answer)


class _Reader:
    """One golden file with the source text it speaks about."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = ""
        self.known: frozenset[str] = frozenset()
        self.date_spans: frozenset[Words] = frozenset()

    def find(self, words: str) -> Iterator[int]:
        """Where the words stand as whole words, and numbers as whole numbers."""
        left = r"(?<!\w)" if words[:1].isalnum() else ""
        left += r"(?<!\d[.,])" if words[:1].isdigit() else ""
        right = r"(?!\w)" if words[-1:].isalnum() else ""
        for match in re.finditer(f"(?={left}{re.escape(words)}{right})", self.text):
            yield match.start()

    def read(self) -> Golden:
        loaded = YAML(typ="safe", pure=True).load(self.path.read_text(encoding="utf-8"))
        top = _Node(self, loaded, "top").entries(
            allowed=(
                *("about", "id", "source", "given", "title", "published", "problems"),
                *_SECTIONS,
                *("debatable", "misses", "surplus"),
            )
        )
        for key in ("id", "source"):
            if key not in top:
                raise GoldenError(f"{self.path.name}: {key} is missing")
        source = (self.path.parent / top["source"].string()).resolve()
        self.text = source.read_bytes().decode("utf-8-sig")
        given = top["given"].entries(allowed=["published"]) if "given" in top else {}
        boilerplate = top["boilerplate"].spans() if "boilerplate" in top else ()
        entities = _entities(top["entities"], boilerplate) if "entities" in top else ()
        self.known = frozenset(entity.name for entity in entities)
        dates = tuple(map(_date, top["dates"].items())) if "dates" in top else ()
        self.date_spans = frozenset(date.span for date in dates)
        tariffs = tuple(map(_measure, top["tariffs"].items())) if "tariffs" in top else ()
        _check_relations(self.path, tariffs)
        return Golden(
            path=self.path,
            id=top["id"].string(),
            source=source,
            text=self.text,
            given_published=given["published"].string() if "published" in given else None,
            judged=frozenset(top) & {*_SECTIONS, "title", "published", "problems"},
            title=_optional(top, "title", _Node.span),
            published=_optional(top, "published", _published),
            problems=tuple(n.string() for n in top["problems"].items())
            if "problems" in top
            else (),
            boilerplate=boilerplate,
            entities=entities,
            dates=dates,
            tariffs=tariffs,
            figures=tuple(map(_figure, top["figures"].items())) if "figures" in top else (),
            quotes=tuple(map(_quote, top["quotes"].items())) if "quotes" in top else (),
            debatable={
                key: node.spans()
                for key, node in top["debatable"].entries(allowed=_SECTIONS).items()
            }
            if "debatable" in top
            else {},
            misses=tuple(map(_difference, top["misses"].items())) if "misses" in top else (),
            surplus=tuple(map(_difference, top["surplus"].items())) if "surplus" in top else (),
        )


def load(path: Path) -> Golden:
    """The golden file at `path` with every span found in its source.

    Raises:
        GoldenError: words that are missing or not unique, an unknown key, a name without entity.
    """
    return _Reader(path).read()


def golden_files() -> list[Path]:
    """Every golden file of an article, in the order of their names."""
    return sorted(GOLDEN.glob("*/*.yaml"))  # those beside the folders hold single sentences


def _optional(entries: dict[str, _Node], key: str, read: Callable[[_Node], _T]) -> _T | None:
    node = entries.get(key)
    return None if node is None or node.value is None else read(node)


def _judged(
    entries: dict[str, _Node], key: str, read: Callable[[_Node], _T]
) -> _T | Unjudged | None:
    node = entries.get(key)
    if node is not None and node.is_any:
        return ANY
    return _optional(entries, key, read)


def _several(
    entries: dict[str, _Node], key: str, read: Callable[[_Node], _T]
) -> tuple[_T, ...] | Unjudged:
    node = entries.get(key)
    if node is None:
        return ()
    return ANY if node.is_any else tuple(map(read, node.items()))


def _word(entries: dict[str, _Node], key: str, *known: str) -> str | Unjudged:
    """The word at `key`, the first of the known ones where the key is left out."""
    node = entries.get(key)
    if node is None:
        return known[0]
    return ANY if node.is_any else node.one_of(*known)


def _published(node: _Node) -> Published:
    entries = node.entries(allowed=["value", "basis", "words"])
    return Published(
        value=entries["value"].string(),
        basis=_optional(entries, "basis", _Node.string),
        span=_optional(entries, "words", _Node.span),
    )


def _entities(node: _Node, boilerplate: tuple[Words, ...]) -> tuple[Entity, ...]:
    """Entities in two passes: marked words first, then `words ×n` among what is left."""
    raw = [
        item.entries(allowed=["name", "type", "iso3", "roles", "mentions"]) for item in node.items()
    ]
    names = [entries["name"].string() for entries in raw]
    if len(set(names)) < len(names):
        raise node.fault("two entities of one name", max(names, key=names.count))
    forms = [entries["mentions"].entries(allowed=[*_FORMS, "any"]) for entries in raw]
    marked: list[list[Mention]] = [[] for _ in raw]
    counted: list[tuple[int, str | None, _Node, str, int]] = []
    for place, of_entity in enumerate(forms):
        for form, listed in of_entity.items():
            said = None if form == "any" else form
            for item in listed.items():
                times = _TIMES.match(item.string())
                if times:
                    words = times["words"]
                    counted.append((place, said, item, words, int(times["times"])))
                else:
                    marked[place].append(Mention(item.span(), said))
    taken = [mention.span for mentions in marked for mention in mentions] + list(boilerplate)
    for place, said, item, words, count in sorted(counted, key=lambda c: -len(c[3])):
        found = [Words(at, at + len(words), words) for at in node.reader.find(words)]
        free = [s for s in found if not any(t.start <= s.start and s.end <= t.end for t in taken)]
        if len(free) != count:
            raise item.fault(f"{len(free)} times in the text outside other mentions", words)
        taken.extend(free)
        marked[place].extend(Mention(span, said) for span in free)
    spans = sorted(mention.span for mentions in marked for mention in mentions)
    for one, next_one in itertools.pairwise(spans):
        if one == next_one:
            raise node.fault("given as a mention twice", one.text)
    return tuple(
        Entity(
            name=name,
            type=entries["type"].one_of(*_TYPES) if "type" in entries else None,
            iso3=_optional(entries, "iso3", _Node.string),
            roles=tuple(_role(role, names) for role in entries["roles"].items())
            if "roles" in entries
            else None,
            mentions=tuple(sorted(mentions, key=lambda mention: mention.span)),
        )
        for name, entries, mentions in zip(names, raw, marked, strict=True)
    )


def _role(node: _Node, names: list[str]) -> Role:
    entries = node.entries(allowed=["words", "of"])
    of = _optional(entries, "of", _Node.string)
    if of is not None and of not in names:
        raise node.fault("no entity of this name", of)
    return Role(entries["words"].span(), of)


def _date(node: _Node) -> Date:
    entries = node.entries(allowed=["words", "type", "value", "mod", "anchor", "unresolved"])
    return Date(
        span=entries["words"].span(),
        type=entries["type"].one_of("DATE", "TIME", "DURATION", "SET")
        if "type" in entries
        else "DATE",
        value=_judged(entries, "value", _Node.string),
        mod=_judged(entries, "mod", _Node.string),
        anchor=_optional(entries, "anchor", _Node.string),
        unresolved=_judged(entries, "unresolved", _Node.string),
    )


def _rate(node: _Node) -> Rate:
    entries = node.entries(
        allowed=["words", "mentions", "value", "upper", "operator", "unit", "stacking"]
    )
    operator = entries["operator"].string() if "operator" in entries else "="
    upper = _optional(entries, "upper", _Node.number)
    if (operator == "range") != (upper is not None):
        raise node.fault("a range, and only a range, has an upper end")
    return Rate(
        span=entries["words"].span(),
        mentions=entries["mentions"].spans() if "mentions" in entries else (),
        value=entries["value"].number(),
        upper=upper,
        operator=operator,
        unit=entries["unit"].string() if "unit" in entries else "percent",
        stacking=_word(entries, "stacking", "level", "added", "total"),
    )


def _change(node: _Node) -> Change:
    entries = node.entries(allowed=["words", "value", "unit"])
    return Change(entries["words"].span(), entries["value"].number(), entries["unit"].string())


def _party(node: _Node) -> Party:
    entries = node.entries(allowed=["code", "basis", "words"])
    return Party(
        code=_optional(entries, "code", _Node.string),
        basis=_word(entries, "basis", *_BASES),
        span=_optional(entries, "words", _Node.span),
    )


def _goods(node: _Node) -> Goods:
    entries = node.entries(allowed=["name", "basis", "words", "hs"])
    return Goods(
        name=entries["name"].string(),
        basis=_word(entries, "basis", *_BASES),
        span=_optional(entries, "words", _Node.span),
        hs=tuple(n.string() for n in entries["hs"].items()) if "hs" in entries else None,
    )


def _money(node: _Node) -> Money:
    entries = node.entries(allowed=["words", "amount", "currency", "operator"])
    return Money(
        span=entries["words"].span(),
        amount=entries["amount"].number(),
        currency=entries["currency"].string(),
        operator=entries["operator"].string() if "operator" in entries else "=",
    )


def _measure_date(node: _Node) -> MeasureDate:
    entries = node.entries(allowed=["value", "basis", "words"])
    span = _optional(entries, "words", _Node.span)
    if span is not None and span not in node.reader.date_spans:
        raise node.fault("not among the dates of this file", span.text)
    return MeasureDate(
        value=entries["value"].string(),
        basis=_word(entries, "basis", *_BASES),
        span=span,
    )


def _relation(node: _Node) -> Relation:
    entries = node.entries(allowed=["type", "to"])
    known = ("retaliates-for", "replaces", "step-of")
    to = entries["to"].items() if "to" in entries and entries["to"].value is not None else []
    return Relation(entries["type"].one_of(*known), tuple(key.string() for key in to))


_INSTRUMENTS: Final = (
    *("tariff", "anti-dumping", "countervailing", "safeguard", "surcharge"),
    *("tariff-rate-quota", "de-minimis"),
)
_ACTIONS: Final = ("impose", "raise", "lower", "remove", "suspend", "extend", "exempt", "keep")
_STATUSES: Final = (
    *("denied", "ended", "suspended", "in-force", "announced", "threatened", "proposed"),
)


def _measure(node: _Node) -> Measure:
    entries = node.entries(
        allowed=list(Measure.__dataclass_fields__),
    )
    for key in ("key", "evidence", "action", "status"):
        if key not in entries:
            raise node.fault(f"{key} is missing")
    return Measure(
        key=entries["key"].string(),
        evidence=entries["evidence"].spans(),
        instrument=_word(entries, "instrument", *_INSTRUMENTS),
        action=_word(entries, "action", *_ACTIONS),
        status=_word(entries, "status", *_STATUSES),
        rate=_optional(entries, "rate", _rate),
        previous_rate=_judged(entries, "previous_rate", _rate),
        change=_judged(entries, "change", _change),
        implementers=_several(entries, "implementers", _party),
        affected=_several(entries, "affected", _party),
        excluded=_several(entries, "excluded", _party),
        goods=_several(entries, "goods", _goods),
        firms=_several(entries, "firms", _Node.span),
        value_covered=_judged(entries, "value_covered", _money),
        announced=_judged(entries, "announced", _measure_date),
        effective=_judged(entries, "effective", _measure_date),
        until=_judged(entries, "until", _measure_date),
        legal_basis=_several(entries, "legal_basis", _Node.span),
        relations=_several(entries, "relations", _relation),
    )


def _check_relations(path: Path, measures: tuple[Measure, ...]) -> None:
    keys = [measure.key for measure in measures]
    for key in keys:
        if keys.count(key) > 1:
            raise GoldenError(f"{path.name}: tariffs: {key!r}: two measures of one key")
    for measure in measures:
        if isinstance(measure.relations, Unjudged):
            continue
        for to in (to for relation in measure.relations for to in relation.to):
            if to not in keys:
                raise GoldenError(f"{path.name}: tariffs.relations: {to!r}: no measure of this key")


def _figure(node: _Node) -> Figure:
    entries = node.entries(allowed=["words" if f == "span" else f for f in _FIGURE_FIELDS])
    period = _optional(entries, "period", _Node.span)
    if period is not None and period not in node.reader.date_spans:
        raise node.fault("not among the dates of this file", period.text)
    return Figure(
        span=entries["words"].span(),
        indicator=_optional(entries, "indicator", _Node.string),
        value=entries["value"].number(),
        upper=_optional(entries, "upper", _Node.number),
        unit=_optional(entries, "unit", _Node.string),
        currency=_optional(entries, "currency", _Node.string),
        direction=_optional(entries, "direction", _Node.string),
        reporter=_optional(entries, "reporter", _Node.string),
        partner=_optional(entries, "partner", _Node.string),
        goods=tuple(n.string() for n in entries["goods"].items()) if "goods" in entries else None,
        period=period,
    )


_FIGURE_FIELDS: Final = tuple(Figure.__dataclass_fields__)


def _quote(node: _Node) -> Quote:
    entries = node.entries(allowed=["kind", "words", "or", "speaker", "cue"])
    for key in ("kind", "words", "speaker"):
        if key not in entries:
            raise node.fault(f"{key} is missing, write null where there is none")
    others = entries["or"].items() if "or" in entries else []
    kinds = ("direct", "indirect", "mixed")
    return Quote(
        kinds=tuple(kind.one_of(*kinds) for kind in entries["kind"].items()),
        readings=(entries["words"].spans(), *(other.spans() for other in others)),
        speaker=_optional(entries, "speaker", _speaker),
        cue=_judged(entries, "cue", _cue),
    )


def _speaker(node: _Node) -> Speaker:
    entries = node.entries(allowed=["words", "is", "basis"])
    entity = _optional(entries, "is", _Node.string)
    if entity is not None and entity not in node.reader.known:
        raise node.fault("no entity of this name", entity)
    basis = entries["basis"].one_of(*_BASES) if "basis" in entries else None
    return Speaker(entries["words"].span(), entity, basis)


def _cue(node: _Node) -> Cue:
    entries = node.entries(allowed=["words", "lemma"])
    return Cue(entries["words"].span(), entries["lemma"].string())


def _difference(node: _Node) -> Difference:
    entries = node.entries(allowed=["kind", "words", "reason"])
    for key in ("kind", "words", "reason"):
        if key not in entries:
            raise node.fault(f"{key} is missing")
    kind = entries["kind"].string()
    keyed = kind.split(".")[0] in KEYED
    place = None if keyed else entries["words"].span()
    return Difference(kind, entries["words"].string(), place, entries["reason"].string())
