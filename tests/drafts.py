"""Records written by hand from a text, for tests of what is done with records.

Every place is given by its words and looked up in the text, so offsets are true by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pipeline.article import Published, Source, check_grounding
from pipeline.findings import (
    Cue,
    Date,
    DateOfMeasure,
    Entity,
    EntityType,
    Form,
    Goods,
    Identifiers,
    Mention,
    Operator,
    Party,
    Quote,
    Rate,
    Role,
    Span,
    Speaker,
    TariffMeasure,
    TradeFigure,
    ValueCovered,
)
from pipeline.record import Receipt, Record, Software, check_references

RECEIPT = Receipt(
    software=Software(name="tariffwire", version="0.1.0", sha256="0" * 64),
    model=Software(name="en_core_web_md", version="3.8.0", sha256="0" * 64),
    rules={"tariffs": "0" * 64},
    schema_sha256="0" * 64,
)
CODES = {
    "Brazil": "BRA", "Canada": "CAN", "China": "CHN", "European Union": "EUN", "India": "IND",
    "Indonesia": "IDN", "Japan": "JPN", "Kenya": "KEN", "Mexico": "MEX", "Norway": "NOR",
    "South Korea": "KOR", "Switzerland": "CHE", "Taiwan": "TWN", "Turkey": "TUR",
    "United Kingdom": "GBR", "United States": "USA", "Vietnam": "VNM", "every country": "ALL",
    "Australia": "AUS", "South Africa": "ZAF", "Argentina": "ARG", "Thailand": "THA",
}  # fmt: skip
"""Names as the drafts use them → codes."""


class Draft:
    """A record in the making over one text."""

    def __init__(
        self, id: str, text: str, *, published: str | None = None, url: str | None = None
    ) -> None:
        self.id = id
        self.text = text
        self.published = Published(value=published, basis="given") if published else None
        self.source = Source(
            path=f"{id}.txt",
            url=url,
            sha256=sha256(text.encode()).hexdigest(),
            characters=len(text),
        )
        self.title: Span | None = None
        self.entities: list[Entity] = []
        self.dates: list[Date] = []
        self.tariffs: list[TariffMeasure] = []
        self.figures: list[TradeFigure] = []
        self.quotes: list[Quote] = []

    def span(self, words: str) -> Span:
        """The first place of the words; raises `ValueError` where there is none."""
        start = self.text.index(words)
        return Span(start=start, end=start + len(words), text=words)

    def entity(
        self,
        name: str,
        *mentions: str,
        type: EntityType = "GPE",
        form: Form = "name",
        role: str | None = None,
    ) -> Entity:
        """An entity, mentioned by its name where nothing else is said."""
        entity = Entity(
            id=f"e{len(self.entities) + 1}",
            type=type,
            name=name,
            identifiers=Identifiers(iso3=CODES.get(name)),
            roles=(Role(title=role, span=self.span(role)),) if role else (),
            mentions=tuple(
                Mention(**self.span(words).model_dump(), form=form, rule="model/ner")
                for words in mentions or (name,)
            ),
        )
        self.entities.append(entity)
        return entity

    def date(self, words: str, value: str | None, **fields: Any) -> Date:
        """A date; its interval is the day where the value is one."""
        is_day = value is not None and len(value) == len("2026-01-16")
        date = Date(
            id=f"d{len(self.dates) + 1}",
            **self.span(words).model_dump(),
            type="DATE",
            value=value,
            earliest=value if is_day else None,
            latest=value if is_day else None,
            rule="dates/day",
            **fields,
        )
        self.dates.append(date)
        return date

    def party(self, name: str, words: str | None = None) -> Party:
        """A party by the name in `CODES`; `words` are those of the text."""
        known = next((e.id for e in self.entities if e.name == name), None)
        return Party(
            entity=known,
            code=CODES.get(name),
            name=name,
            basis="stated" if words is None else "inferred",
            span=self.span(words or name) if (words or name) in self.text else None,
        )

    def tariff(self, evidence: str, **told: Any) -> TariffMeasure:
        """A measure.

        Args:
            evidence: The words that tell it.
            told: `rate` and `previous` (a number, percent), `operator`, `by`, `on`, `excluded`
                (names, or `(name, words)`), `goods` (names, or `(name, hs codes)`), `announced`,
                `effective`, `until` (TIMEX3 values), `covered` (an amount in dollars); any other
                field of a measure as it is.
        """
        words = self.span(evidence)
        measure = TariffMeasure(
            id=f"t{len(self.tariffs) + 1}",
            evidence=(words,),
            instrument=told.pop("instrument", "tariff"),
            action=told.pop("action", "impose"),
            status=told.pop("status", "in-force"),
            rate=self.rate(told.pop("rate", None), words, told.pop("operator", "=")),
            previous_rate=self.rate(told.pop("previous", None), words, "="),
            implementers=self.parties(told.pop("by", ())),
            affected=self.parties(told.pop("on", ())),
            excluded=self.parties(told.pop("excluded", ())),
            goods=self.goods(told.pop("goods", ())),
            value_covered=self.covered(told.pop("covered", None), words),
            announced=self.when(told.pop("announced", None)),
            effective=self.when(told.pop("effective", None)),
            until=self.when(told.pop("until", None)),
            rule=told.pop("rule", "tariffs/levy-on-goods"),
            **told,
        )
        self.tariffs.append(measure)
        return measure

    def rate(self, value: float | None, words: Span, operator: Operator) -> Rate | None:
        """A rate in percent."""
        if value is None:
            return None
        return Rate(operator=operator, value=value, unit="percent", span=words)

    def parties(self, named: str | tuple[str, str] | Sequence[Any]) -> tuple[Party, ...]:
        """Parties from a name, a name with its words, or a list of those."""
        if isinstance(named, str):
            return (self.party(named),)
        if isinstance(named, tuple) and len(named) == 2:
            return (self.party(*named),)
        return tuple(party for each in named for party in self.parties(each))

    def goods(self, named: str | Sequence[Any]) -> tuple[Goods, ...]:
        """Goods from a name or a list of names; a code may follow a name after a slash."""
        names = [named] if isinstance(named, str) else named
        goods = []
        for each in names:
            name, _, codes = each.partition("/")
            span = self.span(name) if name in self.text else None
            hs = tuple(codes.split()) if codes else ()
            goods.append(Goods(name=name, hs=hs, basis="stated", span=span))
        return tuple(goods)

    def covered(self, amount: float | None, words: Span) -> ValueCovered | None:
        """Trade value in dollars."""
        if amount is None:
            return None
        return ValueCovered(amount=amount, currency="USD", operator="=", span=words)

    def when(self, value: str | None) -> DateOfMeasure | None:
        """A date of a measure; that of the article's date with the same value."""
        if value is None:
            return None
        known = next((date.id for date in self.dates if date.value == value), None)
        return DateOfMeasure(value=value, date=known, basis="stated")

    def figure(self, words: str, value: float, **fields: Any) -> TradeFigure:
        """A figure in percent, of imports, where nothing else is said."""
        told = {"indicator": "imports", "unit": "percent", "rule": "figures/percent", **fields}
        figure = TradeFigure(
            id=f"f{len(self.figures) + 1}", **self.span(words).model_dump(), value=value, **told
        )
        self.figures.append(figure)
        return figure

    def quote(
        self,
        words: str,
        speaker: Entity | None = None,
        *,
        kind: Literal["direct", "indirect", "mixed"] = "direct",
        cue: str | None = None,
    ) -> Quote:
        """A quotation; the speaker's words are the first mention of the entity."""
        said = speaker.mentions[0] if speaker else None
        quote = Quote(
            id=f"q{len(self.quotes) + 1}",
            kind=kind,
            text=words,
            spans=(self.span(words),),
            speaker=Speaker(
                entity=speaker.id,
                span=Span(start=said.start, end=said.end, text=said.text),
                basis="stated",
            )
            if speaker and said
            else None,
            cue=Cue(span=self.span(cue), lemma=cue) if cue else None,
            rule="quotes/direct-then-speaker",
        )
        self.quotes.append(quote)
        return quote

    def record(self) -> Record:
        """The record, checked as one that the program makes."""
        record = Record(
            id=self.id,
            source=self.source,
            title=self.title,
            published=self.published,
            entities=tuple(self.entities),
            dates=tuple(self.dates),
            tariffs=tuple(self.tariffs),
            figures=tuple(self.figures),
            quotes=tuple(self.quotes),
            receipt=RECEIPT,
        )
        check_references(record)
        check_grounding(self.text, record)
        return record

    def write(self, folder: Path) -> Record:
        """Write the record, and the text beside it, into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        record = self.record()
        content = record.model_dump_json()
        (folder / f"{self.id}.json").write_text(content, encoding="utf-8", newline="")
        (folder / f"{self.id}.txt").write_text(self.text, encoding="utf-8", newline="")
        return record


def sample_drafts() -> list[Draft]:
    """Three invented articles in which every kind of finding occurs."""
    return [glass(), tea(), hostile()]


def glass() -> Draft:
    draft = Draft(
        "glass",
        "Norway to tax Turkish glass\n\n"
        "OSLO — Norway will impose a 25% tariff on Turkish glass from 1 March, Trade Minister "
        "Ingrid Solheim said on Monday. “We cannot look away,” she said.\n\n"
        "Turkey sold glass worth $120 million to Norway in 2025, up 8%.\n",
        published="2026-02-09",
        url="https://news.example/trade/glass",
    )
    draft.title = draft.span("Norway to tax Turkish glass")
    norway = draft.entity("Norway")
    turkey = draft.entity("Turkey", "Turkish", "Turkey")
    minister = draft.entity("Ingrid Solheim", type="PERSON", role="Trade Minister")
    draft.entity("glass", type="GOODS", form="nominal")
    draft.date("1 March", "2026-03-01", anchor="published")
    draft.date("Monday", "2026-02-09", anchor="published")
    draft.date("2025", "2025")
    draft.tariff(
        "Norway will impose a 25% tariff on Turkish glass from 1 March",
        rate=25, by="Norway", on=("Turkey", "Turkish"), goods="glass/7003 7005",
        status="announced", announced="2026-02-09", effective="2026-03-01",
    )  # fmt: skip
    draft.figure(
        "$120 million", 120e6, indicator="exports", unit="currency", currency="USD",
        reporter=draft.party("Turkey"), partner=draft.party("Norway"),
    )  # fmt: skip
    draft.figure("8%", 8, indicator="exports", direction="rise")
    draft.quote("We cannot look away,", minister, cue="said")
    assert norway.identifiers.iso3 == "NOR"
    assert turkey.identifiers.iso3 == "TUR"
    return draft


def tea() -> Draft:
    draft = Draft(
        "tea",
        "Kenya weighed a duty on tea from India and Vietnam. Next week it may decide.\n",
    )
    draft.entity("Kenya")
    draft.date("Next week", None, unresolved="no-publication-date")
    draft.tariff(
        "Kenya weighed a duty on tea from India and Vietnam",
        by="Kenya", on=["India", "Vietnam"], goods=["tea"], status="proposed",
    )  # fmt: skip
    return draft


def hostile() -> Draft:
    draft = Draft(
        "hostile",
        '=HYPERLINK("x") says <script>alert(1)</script> & <img src=x onerror=alert(2)> '
        "</textarea></script><!-- \u202ereversed\u202c 🧪 “India put a 10% tariff on =1+1.”\n",
        published="2026-02-10",
        url="https://news.example/a?b=1#top",
    )
    speaker = draft.entity('=HYPERLINK("x")', type="ORG")
    draft.entity("<img src=x onerror=alert(2)>", type="PRODUCT")
    draft.tariff(
        "India put a 10% tariff on =1+1.", rate=10, by="India", goods="=1+1/09", status="in-force"
    )
    draft.quote("India put a 10% tariff on =1+1.", speaker)
    return draft
