from __future__ import annotations

import pytest

from pipeline.article import GroundingError
from pipeline.extraction import Extractor
from pipeline.findings import (
    Cue,
    Date,
    Entity,
    Finding,
    Mention,
    Quote,
    Reference,
    Speaker,
    TariffMeasure,
)
from pipeline.record import DanglingReferenceError, Receipt, Record, Software, record_of
from tests.conftest import unparsed

TEXT = "Mark Carney met Xi Jinping. “We agree,” Mr Carney said. He left on Tuesday."
NOBODY = Software(name="x", version="1", sha256="0")
RECEIPT = Receipt(software=NOBODY, model=NOBODY, rules={}, schema_sha256="0")


def at(words: str, *, after: int = 0) -> tuple[int, int]:
    start = TEXT.index(words, after)
    return start, start + len(words)


def mention(words: str, *, after: int = 0) -> Mention:
    start, end = at(words, after=after)
    return Mention(start=start, end=end, text=words, form="name", rule="model/ner")


CARNEY = Entity(
    id="e1",
    type="PERSON",
    name="Mark Carney",
    mentions=(mention("Mark Carney"), mention("Carney", after=20)),
)
XI = Entity(id="e2", type="PERSON", name="Xi Jinping", mentions=(mention("Xi Jinping"),))
HE = Reference(
    entity="e1", start=at("He")[0], end=at("He")[1], text="He", form="pronoun", rule="references/he"
)
TUESDAY = Date(
    id="d1",
    start=at("Tuesday")[0],
    end=at("Tuesday")[1],
    text="Tuesday",
    type="DATE",
    unresolved="no-publication-date",
    rule="dates/weekday",
)


def quote(speaker: tuple[int, int] | None) -> Quote:
    article = unparsed(TEXT)
    return Quote(
        id="q1",
        kind="direct",
        text="We agree",
        spans=(article.span(*at("We agree")),),
        speaker=Speaker(span=article.span(*speaker), basis="stated") if speaker else None,
        cue=Cue(span=article.span(*at("said")), lemma="say"),
        rule="quotes/x",
    )


def record(*findings: Finding) -> Record:
    return record_of(unparsed(TEXT).adding(findings), RECEIPT)


def test_a_reference_joins_the_mentions_of_its_entity_in_text_order() -> None:
    made = record(CARNEY, XI, HE)
    assert [m.text for m in made.entities[0].mentions] == ["Mark Carney", "Carney", "He"]


def test_a_speaker_is_the_entity_whose_mention_stands_in_its_words() -> None:
    made = record(CARNEY, XI, quote(at("Mr Carney")))
    assert made.quotes[0].speaker is not None
    assert made.quotes[0].speaker.entity == "e1"


def test_goods_and_the_place_where_people_are_do_not_speak(extractor: Extractor) -> None:
    record = extractor(unparsed("Wheat growers in Kansas said that the duty would hurt."))
    (said,) = record.quotes
    assert said.speaker is not None
    assert (said.speaker.span.text, said.speaker.entity) == ("Wheat growers in Kansas", None)


def test_a_quote_without_a_speaker_stays_without_one() -> None:
    assert record(CARNEY, quote(None)).quotes[0].speaker is None


def test_dates_that_stay_unresolved_are_a_problem_that_says_how_many() -> None:
    (problem,) = record(TUESDAY).problems
    assert problem.kind == "no-publication-date"
    assert "1 date stays unresolved" in problem.message


def test_an_id_that_is_not_in_the_record_is_refused() -> None:
    with pytest.raises(DanglingReferenceError, match="e9"):
        record(CARNEY, HE.model_copy(update={"entity": "e9"}))
    with pytest.raises(DanglingReferenceError, match="d7"):
        record(TUESDAY.model_copy(update={"anchor": "d7"}))
    with pytest.raises(DanglingReferenceError, match="same id"):
        record(CARNEY, XI.model_copy(update={"id": "e1"}))


def test_a_measure_with_words_from_elsewhere_never_becomes_a_record() -> None:
    span = unparsed("other").span(0, 5)
    measure = TariffMeasure(
        id="t1", evidence=(span,), instrument="tariff", action="impose", status="in-force", rule="x"
    )
    with pytest.raises(GroundingError):
        record(measure)


def test_a_record_read_back_is_the_same_and_so_are_its_bytes() -> None:
    made = record(CARNEY, XI, HE, TUESDAY, quote(at("Mr Carney")))
    text = made.model_dump_json()
    assert text.endswith("}\n")
    assert '"$schema": "../schemas/record.schema.json"' in text
    again = Record.model_validate_json(text)
    assert again == made
    assert again.model_dump_json() == text
