"""A record that says what the golden file says has no differences; each other one is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.article import Problem, Source
from pipeline.findings import (
    Cue,
    Date,
    DateOfMeasure,
    Entity,
    Goods,
    Identifiers,
    Mention,
    Party,
    Quote,
    Rate,
    Span,
    Speaker,
    TariffMeasure,
    TradeFigure,
)
from pipeline.record import Receipt, Record, Software
from tests import goldens
from tests.golden_differences import as_yaml, differences, unlisted_and_stale
from tests.golden_lists import without

TEXT = (
    "China put a 5% duty on Peru's copper in 2024, Lima said.\n"
    "“It hurts,” Ana Paz said. Copper exports fell 9%.\n"
)
GOLDEN = """
id: a
source: a.txt
problems: []
entities:
  - {name: China, type: GPE, iso3: CHN, mentions: {name: [China]}}
  - {name: Peru, type: GPE, mentions: {name: [Peru], metonym: [Lima]}}
  - {name: copper, type: GOODS, mentions: {nominal: [copper, Copper]}}
  - {name: Ana Paz, type: PERSON, mentions: {name: [Ana Paz]}}
dates: [{words: "2024", value: "2024"}]
tariffs:
  - key: copper
    evidence: China put a 5% duty on Peru's copper in 2024
    action: impose
    status: in-force
    rate: {words: 5%, value: 5}
    implementers: [{code: CHN, words: China}]
    affected: [{code: PER, words: Peru}]
    goods: [{name: copper, words: copper}]
    effective: {value: "2024", words: "2024"}
figures: [{words: 9%, value: 9, direction: fall, goods: Copper}]
quotes:
  - kind: indirect
    words: China put a 5% duty on Peru's copper in 2024
    speaker: {words: Lima, is: Peru}
    cue: {words: "Lima [[said]]", lemma: say}
  - kind: direct
    words: It hurts
    speaker: {words: Ana Paz, is: Ana Paz}
    cue: {words: "Paz [[said]]", lemma: say}
"""


def place(words: str, *, nth: int = 0) -> dict[str, Any]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return {"start": start, "end": start + len(words), "text": words}


def span(words: str, *, nth: int = 0) -> Span:
    return Span(**place(words, nth=nth))


def entity(id_: str, type_: Any, *mentions: tuple[str, str], iso3: str | None = None) -> Entity:
    return Entity(
        id=id_,
        type=type_,
        name=mentions[0][0],
        identifiers=Identifiers(iso3=iso3),
        mentions=tuple(
            Mention(**place(words), form=form, rule="r")  # type: ignore[arg-type]
            for words, form in mentions
        ),
    )


MEASURE = TariffMeasure(
    id="t1",
    evidence=(span("put a 5% duty on Peru's copper"),),
    instrument="tariff",
    action="impose",
    status="in-force",
    rate=Rate(operator="=", value=5, unit="percent", span=span("5%")),
    implementers=(
        Party(entity="e1", code="CHN", name="China", basis="stated", span=span("China")),
    ),
    affected=(Party(entity="e2", code="PER", name="Peru", basis="stated", span=span("Peru")),),
    goods=(Goods(name="copper", basis="stated", span=span("copper")),),
    effective=DateOfMeasure(value="2024", date="d1", basis="stated"),
    rule="r",
)
SPOKEN = Quote(
    id="q2",
    kind="direct",
    text="It hurts,",
    spans=(span("It hurts,"),),
    speaker=Speaker(entity="e4", span=span("Ana Paz"), basis="stated"),
    cue=Cue(span=span("said", nth=1), lemma="say"),
    rule="r",
)
MADE_BY = Software(name="x", version="1", sha256="0")
RIGHT = Record(
    id="a",
    source=Source(sha256="0", characters=len(TEXT)),
    entities=(
        entity("e1", "GPE", ("China", "name"), iso3="CHN"),
        entity("e2", "GPE", ("Peru's", "name"), ("Lima", "metonym")),
        entity("e3", "GOODS", ("copper", "nominal"), ("Copper", "nominal")),
        entity("e4", "PERSON", ("Ana Paz", "name")),
    ),
    dates=(Date(id="d1", **place("2024"), type="DATE", value="2024", rule="r"),),
    tariffs=(MEASURE,),
    figures=(
        TradeFigure(
            id="f1",
            **place("fell 9%"),
            indicator="exports",
            value=9,
            unit="percent",
            direction="fall",
            goods=(Goods(name="copper", basis="stated"),),
            rule="r",
        ),
    ),
    quotes=(
        Quote(
            id="q1",
            kind="indirect",
            text="China put a 5% duty on Peru's copper in 2024",
            spans=(span("China put a 5% duty on Peru's copper in 2024"),),
            speaker=Speaker(entity="e2", span=span("Lima"), basis="stated"),
            cue=Cue(span=span("said"), lemma="say"),
            rule="r",
        ),
        SPOKEN,
    ),
    receipt=Receipt(software=MADE_BY, model=MADE_BY, rules={}, schema_sha256="0"),
)


def golden(folder: Path, more: str = "") -> goldens.Golden:
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.yaml").write_text(GOLDEN + more, encoding="utf-8")
    return goldens.load(folder / "a.yaml")


def test_a_record_that_says_the_same_has_no_differences(tmp_path: Path) -> None:
    assert differences(golden(tmp_path), RIGHT) == []


@pytest.mark.parametrize(
    ("wrong", "side", "kind"),
    [
        ({"entities": RIGHT.entities[:3]}, "misses", "mention"),
        ({"dates": ()}, "misses", "date"),
        ({"dates": (RIGHT.dates[0].model_copy(update={"mod": "START"}),)}, "misses", "date.mod"),
        ({"tariffs": ()}, "misses", "tariff"),
        (
            {"tariffs": (MEASURE.model_copy(update={"status": "announced"}),)},
            "misses",
            "tariff.status",
        ),
        ({"tariffs": (MEASURE.model_copy(update={"affected": ()}),)}, "misses", "tariff.affected"),
        (
            {
                "tariffs": (
                    MEASURE.model_copy(
                        update={
                            "rate": Rate(
                                operator="=",
                                value=5,
                                unit="percent",
                                stacking="added",
                                span=span("5%"),
                            )
                        }
                    ),
                )
            },
            "misses",
            "tariff.stacking",
        ),
        (
            {"tariffs": (MEASURE, MEASURE.model_copy(update={"id": "t2"}))},
            "surplus",
            "extra-tariff",
        ),
        ({"figures": ()}, "misses", "figure"),
        ({"quotes": (SPOKEN,)}, "misses", "quote"),
        (
            {
                "quotes": (
                    RIGHT.quotes[0],
                    SPOKEN.model_copy(update={"spans": (span("“It hurts"),)}),
                )
            },
            "misses",
            "quote.span",
        ),
        (
            {"quotes": (RIGHT.quotes[0], SPOKEN.model_copy(update={"speaker": None}))},
            "misses",
            "quote.speaker",
        ),
        ({"problems": (Problem(kind="odd", message="it is"),)}, "surplus", "problem"),
        (
            {
                "entities": (
                    *RIGHT.entities[:3],
                    entity("e4", "PERSON", ("Ana Paz", "name"), ("It", "pronoun")),
                )
            },
            "surplus",
            "mention",
        ),
    ],
)
def test_a_wrong_record_is_told(
    tmp_path: Path, wrong: dict[str, object], side: str, kind: str
) -> None:
    found = differences(golden(tmp_path), RIGHT.model_copy(update=wrong))
    assert (side, kind) in {(one.side, one.kind) for one in found}


def test_a_mention_of_another_entity_is_told(tmp_path: Path) -> None:
    china = entity("e1", "GPE", ("China", "name"), ("Lima", "metonym"), iso3="CHN")
    peru = entity("e2", "GPE", ("Peru's", "name"))
    record = RIGHT.model_copy(update={"entities": (china, peru, *RIGHT.entities[2:])})
    assert "mention.entity" in {one.kind for one in differences(golden(tmp_path), record)}


def test_a_listed_difference_is_forgiven_once(tmp_path: Path) -> None:
    listed = "\nmisses: [{kind: tariff, words: copper, reason: known}]\n"
    file = golden(tmp_path, listed)
    found = differences(file, RIGHT.model_copy(update={"tariffs": ()}))
    assert unlisted_and_stale(file, found) == ([], [])
    assert unlisted_and_stale(file, found * 2) == (found, [])


def test_a_listed_difference_that_is_no_more_is_stale(tmp_path: Path) -> None:
    file = golden(tmp_path, '\nsurplus: [{kind: mention, words: "It", reason: known}]\n')
    assert unlisted_and_stale(file, differences(file, RIGHT)) == ([], list(file.surplus))


def test_what_is_debatable_is_no_surplus(tmp_path: Path) -> None:
    extra = entity("e5", "GOODS", ("duty", "nominal"))
    record = RIGHT.model_copy(update={"entities": (*RIGHT.entities, extra)})
    assert len(differences(golden(tmp_path), record)) == 1
    assert differences(golden(tmp_path, "\ndebatable: {entities: [duty]}\n"), record) == []


def test_a_difference_is_told_as_a_line_to_paste(tmp_path: Path) -> None:
    file = golden(tmp_path)
    (found,) = differences(file, RIGHT.model_copy(update={"dates": (), "tariffs": ()}))[:1]
    line = as_yaml(file, found)
    assert line.startswith('  - {kind: date, words: "2024", reason: }  # misses: ')


def test_what_is_right_is_taken_off_its_list_and_nothing_else(tmp_path: Path) -> None:
    known = '  - {kind: date, words: "2024", reason: known}\n'
    right = "  - {kind: figure, words: 9%, reason: known}\n"
    file = golden(tmp_path, f"\nmisses:\n{known}{right}surplus:\n{right}")
    text = file.path.read_text(encoding="utf-8")
    stale = [file.misses[1], file.surplus[0]]
    assert without(text, file, stale) == text.replace(right, "").replace("surplus:\n", "")
