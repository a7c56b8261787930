"""Entities: who and what, each thing once."""

from __future__ import annotations

import re

import pytest

from pipeline.article import Article, Source
from pipeline.findings import Entity
from pipeline.parsing import load_parser
from pipeline.polities import Polities, Standing
from pipeline.rulebook import load_rulebook
from pipeline.stage import run
from pipeline.stages.entities import Entities
from pipeline.stages.entities.metonymy import Metonymy


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


def test_a_country_has_its_wikidata_item_and_a_city_or_disputed_one_has_none(
    stage: Entities,
) -> None:
    article = read(
        stage, "Beijing wants talks. The EU and Denmark agreed. Envoys met in Ottawa on Monday."
    )
    items = {e.name: e.identifiers.wikidata for e in article.of(Entity) if e.type != "PERSON"}
    assert items == {"China": "Q148", "European Union": "Q458", "Denmark": None, "Ottawa": None}


def test_a_body_has_its_wikidata_item_under_each_of_its_names(stage: Entities) -> None:
    article = read(stage, "The WTO met on Monday. The World Trade Organization and UNCTAD agreed.")
    items = {e.name: e.identifiers.wikidata for e in article.of(Entity)}
    assert items["World Trade Organization"] == "Q7825"
    assert items["United Nations Conference on Trade and Development"] is None


def test_no_two_countries_or_bodies_share_a_wikidata_item(stage: Entities) -> None:
    lexicons = stage.rules.lexicons
    items, bodies = lexicons["wikidata"], lexicons["wikidata-of-bodies"]
    known = [*items.values(), *bodies.values()]
    assert len(set(known)) == len(known)
    assert set(lexicons["countries"].values()) - set(items) == {"DNK", "NLD"}
    listed = {**lexicons["bodies"], **lexicons["organs"]}
    assert bodies.keys() <= listed.keys()
    assert all(re.fullmatch(r"Q[1-9]\d*", item) for item in known)


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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Beijing warned Ottawa about the duties.", ["Beijing", "Ottawa"]),
        ("The talks between Tokyo and Seoul failed.", ["Tokyo", "Seoul"]),
        ("Brazil's threat to Lima was plain.", ["Brazil", "Lima"]),
        ("A decision by Jakarta is due.", ["Jakarta"]),
        ("The train from Paris to Berlin was late.", []),
        ("Oslo lies on a fjord.", []),
        ("Peru's coast is dry.", []),
    ],
)
def test_a_place_acts_where_somebody_there_does(
    stage: Entities, text: str, wanted: list[str]
) -> None:
    metonymy = Metonymy(stage.rules.lexicons)
    doc = load_parser().nlp(text)
    places = re.findall(r"[A-Z]\w+", text)
    found = [
        place
        for place in places
        if place in text and metonymy.acts(doc, text.index(place), text.index(place) + len(place))
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Polish Trade Minister Anna Kowalska left.",
            ("Anna Kowalska", "Trade Minister", "Poland"),
        ),
        (
            "Ravi Menon, an economist at Oxford Economics, agreed.",
            ("Ravi Menon", "economist", "Oxford Economics"),
        ),
        (
            "Peru's finance minister, Luz Vega, resigned.",
            ("Luz Vega", "finance minister", "Peru"),
        ),
        (
            "Jim Cole is the chairman of the Aluminum Association.",
            ("Jim Cole", "chairman", "Aluminum Association"),
        ),
        (
            "A spokesman for the WTO, Tom Hall, declined.",
            ("Tom Hall", "spokesman", "World Trade Organization"),
        ),
    ],
)
def test_the_words_around_a_name_say_what_somebody_is(
    stage: Entities, text: str, wanted: tuple[str, str, str]
) -> None:
    entities = {e.id: e for e in read(stage, text).of(Entity)}
    person = next(e for e in entities.values() if e.type == "PERSON")
    (role,) = person.roles
    assert (person.name, role.title, entities[role.of or ""].name) == wanted


def test_two_people_of_one_surname_stay_apart(stage: Entities) -> None:
    article = read(
        stage,
        "Gwen Hartley sells tiles. The minister, Sir Colin Hartley, was calm. "
        "Ms Hartley was not, and Mr Hartley left.",
    )
    people = [e for e in article.of(Entity) if e.type == "PERSON"]
    assert [[m.text for m in person.mentions] for person in people] == [
        ["Gwen Hartley", "Hartley"],
        ["Colin Hartley", "Hartley"],
    ]


def test_goods_share_their_first_word_in_a_list(stage: Entities) -> None:
    article = read(stage, "China put a duty on canola oil, meal, and seed from Canada.")
    goods = [(e.name, e.identifiers.hs) for e in article.of(Entity) if e.type == "GOODS"]
    assert goods == [
        ("canola oil", ("1514",)),
        ("canola meal", ("2306",)),
        ("canola seed", ("1205",)),
    ]


def test_a_ministry_in_small_letters_acts_for_the_country_before_it(stage: Entities) -> None:
    said = "Kenya's trade ministry raised the duty. The officials in Nairobi agreed."
    article = read(stage, said)
    ministry = next(e for e in article.of(Entity) if e.type == "ORG")
    assert ministry.name == "trade ministry"
    assert Polities(stage.rules).of(article).code_of(ministry) == "KEN"


def test_a_firm_named_like_a_person_is_a_firm(stage: Entities) -> None:
    article = read(stage, "Shares of retailer Harry Winslow fell. Harry Winslow cut 90 jobs.")
    assert [(e.name, e.type, len(e.mentions)) for e in article.of(Entity)] == [
        ("Harry Winslow", "ORG", 2)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Colombia's Senate on Friday backed the bill. Debate in the Senate took two days.",
        "The Senate of Colombia backed the bill. Debate in the Senate took two days.",
    ],
)
def test_an_organ_is_that_of_the_country_beside_it_and_stays_so_alone(
    stage: Entities, text: str
) -> None:
    asked = standing(stage, text)
    parties = [asked.party_at(m.start(), m.end()) for m in re.finditer("Senate", text)]
    assert [party.code if party else None for party in parties] == ["COL", "COL"]


def test_a_ministry_acts_for_the_country_before_it_and_no_day_is_a_part_of_its_name(
    stage: Entities,
) -> None:
    text = "China's Commerce Ministry objected. The European Commission on Thursday agreed."
    asked = standing(stage, text)
    party = asked.party_at(8, 25)
    assert party is not None
    assert party.code == "CHN"
    body = asked.entity_at(40, 59)
    assert body is not None
    assert body.name == "European Commission"


def test_an_abbreviation_in_brackets_is_the_body_before_it_everywhere(stage: Entities) -> None:
    text = (
        "The Federation of Shoe Exporters (FoSE) wants relief. The International Trade "
        "Centre (ITC) in Geneva agrees. On Friday FoSE and the ITC met."
    )
    names = {m.text: e.name for e in read(stage, text).of(Entity) for m in e.mentions}
    assert names["FoSE"] == "Federation of Shoe Exporters"
    assert names["ITC"] == "International Trade Centre"


def test_goods_words_in_capitals_and_names_are_told_from_everyday_words(stage: Entities) -> None:
    text = (
        "Imports of EVs, LNG and mirrors led exports to mirror gains, The Mirror said. "
        "Exporters see the tariff as a bargaining chip that hits supply chains."
    )
    goods = [m.text for e in read(stage, text).of(Entity) if e.type == "GOODS" for m in e.mentions]
    assert goods == ["EVs", "LNG", "mirrors"]


def test_the_adjective_of_a_continent_is_a_demonym_of_it(stage: Entities) -> None:
    article = read(stage, "Asian mills closed, and exports from Asia fell.")
    asia = next(e for e in article.of(Entity) if e.name == "Asia")
    assert [(m.text, m.form) for m in asia.mentions] == [("Asian", "demonym"), ("Asia", "name")]
