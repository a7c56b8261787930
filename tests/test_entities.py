"""Entities: who and what, each thing once."""

from __future__ import annotations

import pytest

from pipeline.article import Article, Source
from pipeline.findings import Entity
from pipeline.parsing import load_parser
from pipeline.polities import Polities, Standing
from pipeline.rulebook import load_rulebook
from pipeline.stage import run
from pipeline.stages.entities import Entities


@pytest.fixture(scope="module")
def stage() -> Entities:
    return Entities(load_rulebook("entities"))


def read(stage: Entities, text: str) -> Article:
    source = Source(sha256="", characters=len(text))
    return run([stage], load_parser()(Article(id="a", text=text, source=source)))


def standing(stage: Entities, text: str) -> Standing:
    return Polities(stage.rules).of(read(stage, text))


def with_code(article: Article, code: str) -> Entity:
    return next(e for e in article.of(Entity) if e.identifiers.iso3 == code)


def test_name_demonym_and_acting_capital_are_one_country(stage: Entities) -> None:
    article = read(
        stage,
        "China raised duties on Tuesday. Chinese officials gave no reason. Beijing wants talks.",
    )
    assert [(m.text, m.form) for m in with_code(article, "CHN").mentions] == [
        ("China", "name"),
        ("Chinese", "demonym"),
        ("Beijing", "metonym"),
    ]


def test_a_capital_where_somebody_is_stays_a_city(stage: Entities) -> None:
    article = read(stage, "The envoys met in Beijing on Monday to discuss wheat.")
    assert [(e.name, e.identifiers.iso3) for e in article.of(Entity) if e.type == "GPE"] == [
        ("Beijing", None)
    ]


def test_surname_and_full_name_are_one_person(stage: Entities) -> None:
    article = read(stage, "Maria Lopez runs the plant in Ohio. On Friday, Lopez cut two shifts.")
    people = [e for e in article.of(Entity) if e.type == "PERSON"]
    assert [[m.text for m in person.mentions] for person in people] == [["Maria Lopez", "Lopez"]]


def test_goods_carry_their_headings(stage: Entities) -> None:
    article = read(stage, "Ottawa will put a duty on imported barley, oats and pork from Friday.")
    goods = {e.name: e.identifiers.hs for e in article.of(Entity) if e.type == "GOODS"}
    assert goods == {"barley": ("1003",), "oat": ("1004",), "pork": ("0203",)}


def test_an_organ_acts_for_its_country(stage: Entities) -> None:
    said = "The Commerce Department will review the duties."
    party = standing(stage, said).party_at(0, len(said))
    assert party is not None
    assert (party.code, party.basis, party.span and party.span.text) == (
        "USA",
        "inferred",
        "Commerce Department",
    )


def test_each_country_of_a_coordination_is_a_party(stage: Entities) -> None:
    said = "New duties hit goods from China, Mexico and the European Union."
    parties = standing(stage, said).parties_in(0, len(said))
    assert [(p.code, p.basis) for p in parties] == [
        ("CHN", "stated"),
        ("MEX", "stated"),
        ("EUN", "stated"),
    ]
