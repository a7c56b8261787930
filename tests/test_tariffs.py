"""The tariffs stage on sentences of our own, in the style of wires, agencies and official texts."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.article import Article, Published, Source
from pipeline.extraction import Extractor
from pipeline.findings import Party, TariffMeasure


@cache
def extractor() -> Extractor:
    return Extractor()


def measures(text: str, published: str = "2025-05-01") -> list[TariffMeasure]:
    article = Article(
        id="test",
        text=text,
        source=Source(sha256="", characters=len(text)),
        published=Published(value=published, basis="given"),
    )
    return list(extractor().found(article).of(TariffMeasure))


def one(text: str, published: str = "2025-05-01") -> TariffMeasure:
    found = measures(text, published)
    assert len(found) == 1, [(m.evidence[0].text, m.rate and m.rate.value) for m in found]
    return found[0]


def codes(parties: tuple[Party, ...]) -> list[str]:
    return [party.code or party.name for party in parties]


def names(measure: TariffMeasure) -> list[str]:
    return [goods.name for goods in measure.goods]


def rates(found: list[TariffMeasure]) -> list[float | None]:
    return [m.rate.value if m.rate else None for m in found]


# Who, whose, what ---------------------------------------------------------------------------------


def test_subject_is_the_implementer_and_on_names_goods_and_origin() -> None:
    measure = one("Canada imposed a 25% tariff on steel pipes from South Korea.")
    assert codes(measure.implementers) == ["CAN"]
    assert codes(measure.affected) == ["KOR"]
    assert names(measure) == ["steel pipes"]
    assert measure.rate is not None
    assert (measure.rate.value, measure.rate.unit) == (25, "percent")


def test_who_is_hit_with_a_tariff_is_affected() -> None:
    measure = one("Brazil was hit with a 50% tariff by the United States.")
    assert (codes(measure.implementers), codes(measure.affected)) == (["USA"], ["BRA"])


def test_who_faces_a_tariff_is_affected() -> None:
    measure = one("Swiss watches face a 39 percent U.S. tariff.")
    assert (codes(measure.implementers), codes(measure.affected)) == (["USA"], ["CHE"])
    assert measure.status == "in-force"


def test_country_that_the_goods_enter_is_the_implementer() -> None:
    measure = one("A 15% tariff applies to all Norwegian fish imported into Japan.")
    assert codes(measure.implementers) == ["JPN"]


def test_list_with_elided_heads_gives_one_measure_a_rate() -> None:
    found = measures(
        "Washington announced tariffs of 34% on Chinese goods, 20% on the EU and 46% on Vietnam."
    )
    assert rates(found) == [34, 20, 46]
    assert [codes(m.affected) for m in found] == [["CHN"], ["EUN"], ["VNM"]]
    assert {codes(m.implementers)[0] for m in found} == {"USA"}


def test_headline_and_body_make_one_measure() -> None:
    found = measures(
        "Mexico slaps 20% tariff on Chinese shoes\n\nMexico will impose a 20% tariff on shoes from "
        "China, the economy ministry said."
    )
    assert rates(found) == [20]
    assert len(found[0].evidence) == 2


# Rates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "new", "old"),
    [
        ("India cut the import duty on almonds to 20 pct from 31.9 pct.", 20, 31.9),
        ("India cut the import duty on almonds from 35% to 10%.", 10, 35),
        ("Peru raised its tariff on maize to 3.5 from seven pct.", 3.5, 7),
    ],
)
def test_two_rates_in_one_act_are_a_rate_and_its_previous_rate(
    text: str, new: float, old: float
) -> None:
    measure = one(text)
    assert measure.rate is not None
    assert measure.previous_rate is not None
    assert (measure.rate.value, measure.previous_rate.value) == (new, old)
    assert measure.action == ("raise" if new > old else "lower")


def test_a_cut_by_points_is_a_change_and_no_rate() -> None:
    measure = one("Vietnam will lower its tariffs on US cars by 10 percentage points.")
    assert measure.rate is None
    assert measure.change is not None
    assert (measure.change.value, measure.change.unit) == (10, "percentage-point")


def test_specific_duty_keeps_its_unit() -> None:
    measure = one("The United States levies a duty of 35 cents a gallon on orange juice from Peru.")
    assert measure.rate is not None
    assert (measure.rate.value, measure.rate.unit) == (0.35, "USD/gallon")


# Status -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Turkey imposed a 40% tariff on Chinese cars in March.", "in-force"),
        ("Turkey will impose a 40% tariff on Chinese cars.", "announced"),
        ("Turkey will not impose a 40% tariff on Chinese cars.", "denied"),
        ("Turkey is considering a 40% tariff on Chinese cars.", "proposed"),
        ("Turkey threatened a 40% tariff on Chinese cars.", "threatened"),
        ("Turkey will impose a 40% tariff on Chinese cars if talks fail.", "threatened"),
        ("Turkey has suspended its 40% tariff on Chinese cars.", "suspended"),
        ("Turkey lifted its 40% tariff on Chinese cars last month.", "ended"),
    ],
)
def test_status_is_what_the_clause_asserts(text: str, status: str) -> None:
    assert one(text).status == status


def test_start_after_publication_makes_a_measure_announced() -> None:
    measure = one("Chile imposes a 7% tariff on wheat from Argentina, effective June 10.")
    assert measure.effective is not None
    assert (measure.effective.value, measure.status) == ("2025-06-10", "announced")


def test_start_told_in_the_next_sentence_is_that_of_the_measures_before_it() -> None:
    found = measures(
        "Norway announced a 20% tariff on cheese from the Netherlands and a 10% tariff on butter "
        "from Denmark. The tariffs will take effect on June 1."
    )
    assert rates(found) == [20, 10]
    assert {m.effective.value for m in found if m.effective} == {"2025-06-01"}
    assert [codes(m.affected) for m in found] == [["NLD"], ["DNK"]]


def test_length_of_time_counts_from_the_publication_or_from_the_day_it_names() -> None:
    later = one("Ghana will impose a 5% levy on rice imports from Thailand in 30 days.")
    assert later.effective is not None
    assert (later.effective.value, later.effective.basis) == ("2025-05-31", "inferred")
    dated = one("A 5% Ghanaian tariff on Thai rice will take effect 21 days after August 7.")
    assert dated.effective is not None
    assert dated.effective.value == "2025-08-28"


def test_step_knows_the_level_it_comes_from() -> None:
    first, second = measures(
        "Kenya imposes a 10% tariff on sugar from Uganda, which will be raised to 25% in July."
    )
    assert second.previous_rate is not None
    assert second.previous_rate.value == 10
    assert [(r.type, r.to) for r in second.relations] == [("step-of", first.id)]


def test_answer_to_a_tariff_is_tied_to_it() -> None:
    found = measures(
        "The United States imposed a 15% tariff on Spanish olives. The European Union responded "
        "with a 20% tariff on American peanuts."
    )
    assert rates(found) == [15, 20]
    assert [r.type for r in found[1].relations] == ["retaliates-for"]


def test_an_answer_to_two_levies_of_one_act_answers_both() -> None:
    found = measures(
        "In 2023, Norway imposed a 40 percent tariff on Icelandic cod and levies of 15 percent on "
        "lamb and wool. Iceland responded with duties on more than $80 million worth of Norwegian "
        "goods, including salmon and cheese, further souring relations."
    )
    assert rates(found) == [40, 15, None]
    assert [m.effective and m.effective.value for m in found] == ["2023", "2023", None]
    assert names(found[1]) == ["lamb", "wool"]
    assert [r.to for r in found[2].relations] == ["t1", "t2"]
    assert names(found[2]) == ["salmon", "cheese"]
    assert found[2].value_covered is not None
    assert (found[2].value_covered.amount, found[2].value_covered.operator) == (80e6, ">=")


def test_act_without_a_rate_is_a_measure_if_it_says_who_and_what() -> None:
    measure = one("China imposed anti-dumping duties on brandy from France.")
    assert measure.rate is None
    assert measure.instrument == "anti-dumping"
    assert (codes(measure.implementers), codes(measure.affected)) == (["CHN"], ["FRA"])


def test_value_and_law_stand_in_the_record() -> None:
    measure = one(
        "Washington imposed a 25% tariff under Section 301 on $34 billion of Chinese machinery."
    )
    assert measure.value_covered is not None
    assert (measure.value_covered.amount, measure.value_covered.currency) == (34e9, "USD")
    assert [span.text for span in measure.legal_basis] == ["Section 301"]


def test_levy_that_is_only_the_setting_gives_nothing() -> None:
    assert (
        measures("Shares in Seoul fell amid worries over U.S. tariffs on South Korean cars.") == []
    )


# What is no measure -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        (
            "The central bank raised its key interest rate by half a point to 5.25% on "
            "Thursday, the "
            "highest in 15 years, and said inflation would fall to 3 percent next year."
        ),
        (
            "The Liberals won 43 percent of the vote against 41 percent for the Conservatives, "
            "with 98 "
            "percent of the ballots counted, and turnout rose 4% on the last election."
        ),
        (
            "Striker Ana Lopez has scored with 32% of her shots, and the club won 60 percent "
            "of its "
            "matches away from home this season."
        ),
        (
            "Revenue at the carmaker rose 12% to $4.1 billion, and its margin widened to 9.5%. "
            "Shares "
            "climbed 6% in early trading."
        ),
        (
            "The regulator let the utility raise electricity tariffs by 15% from January and water "
            "tariffs by 8 percent, which will add 2% to household bills."
        ),
        (
            "Parliament approved an increase in VAT from 18% to 20% and a new 5% sales tax on "
            "sugary "
            "drinks to pay for hospitals."
        ),
        "Mobile operators cut roaming tariffs by 30 percent after the ruling.",
        "The officer on duty said 40 percent of the calls were false alarms.",
        (
            "Tariffs hurt growth, economists said, and 72 percent of firms in a poll expect lower "
            "profits."
        ),
        "The average tariff on farm goods is 9.2 percent, a study found.",
        "Exports to the United States fell 11% in May as the trade war went on.",
        "The state-run railway will raise freight tariffs by 12% in July.",
        "The murderer was given a whole life tariff, one of about 70 in the country.",
        "Argentina cut its export duty on soybeans to 26% from 33%.",
        (
            "Under the rules of the General Agreement on Tariffs and Trade, 30 pct of grain is "
            "grown "
            "at home."
        ),
        "The heavy-duty truck maker sold 25% more vehicles to China last year.",
        "Customs seized 300 kilos of cocaine, 20% more than a year ago, at the duty-free shop.",
    ],
)
def test_texts_full_of_percentages_without_a_tariff_give_nothing(text: str) -> None:
    assert measures(text) == []


# Firms, relations, false alarms -------------------------------------------------------------------


def test_duties_of_firms_name_the_firm_and_share_origin_and_goods() -> None:
    found = measures(
        "The European Commission set duties of 17.4% for BYD, 20% for Geely and 37.6% for all "
        "other producers on Chinese electric cars."
    )
    assert [[firm.text for firm in m.firms] for m in found] == [
        ["BYD"],
        ["Geely"],
        ["all other producers"],
    ]
    assert [codes(m.affected) for m in found] == [["CHN"]] * 3
    assert [names(m) for m in found] == [["electric cars"]] * 3


@pytest.mark.parametrize(
    ("text", "new", "old"),
    [
        ("Turkey replaced its 40% tariff on Chinese cars with a 30% levy.", 30, 40),
        ("The new 15% rate replaces the 25% duty that Washington imposed on Korean cars.", 15, 25),
        ("Canada imposed a 25% tariff on steel. It supersedes a 10% duty on steel.", 25, 10),
    ],
)
def test_a_levy_that_takes_the_place_of_another_replaces_it(
    text: str, new: float, old: float
) -> None:
    found = measures(text)
    by_rate = {m.rate.value: m for m in found if m.rate}
    relations = [r for r in by_rate[new].relations if r.type == "replaces"]
    assert [r.to for r in relations] == [by_rate[old].id]
    assert not any(r.type == "replaces" for r in by_rate[old].relations)


def test_a_ladder_gives_a_measure_a_step_each_tied_to_the_step_before() -> None:
    found = measures(
        "Brazil will raise its tariff on electric cars to 10% in January, 20% in July and 35% in "
        "2027."
    )
    assert rates(found) == [10, 20, 35]
    steps = [[r.to for r in m.relations if r.type == "step-of"] for m in found]
    assert steps == [[], [found[0].id], [found[1].id]]


def test_each_side_of_a_deal_has_its_own_measure() -> None:
    found = measures(
        "The US will cut tariffs on Korean ships to 12%, and Korea will scrap its duties on "
        "American beef."
    )
    assert [(codes(m.implementers), codes(m.affected)) for m in found] == [
        (["USA"], ["KOR"]),
        (["KOR"], ["USA"]),
    ]


def test_we_is_not_whom_the_clause_above_names() -> None:
    found = measures(
        "The White House said India charges a 100% tariff on U.S. motorcycles, while we only "
        "charge a 2.4% tariff on Indian motorcycles."
    )
    assert [(codes(m.implementers), codes(m.affected)) for m in found] == [
        (["IND"], ["USA"]),
        (["USA"], ["IND"]),
    ]


def test_headline_without_a_rate_is_the_measure_of_the_body() -> None:
    measure = one(
        "China slaps new tariffs on American corn\n\nChina will impose a 15% tariff on corn from "
        "the United States, the finance ministry said."
    )
    assert len(measure.evidence) == 2
    assert measure.status == "announced"


def test_sanctions_are_tariffs_where_the_article_says_so() -> None:
    found = measures(
        "Washington may lift trade sanctions on Japan by June. Tariffs of 100% were imposed on "
        "Japanese televisions in April."
    )
    assert [m.action for m in found] == ["remove", "impose"]


def test_ad_valorem_is_not_anti_dumping() -> None:
    assert one("Peru imposed a 10 percent ad valorem duty on Chilean wine.").instrument == "tariff"


NO_MEASURE = (
    (
        "The central bank raised its benchmark interest rate by 25 basis points to 4.75%, and "
        "economists expect another increase to 5% by autumn. Lenders in Norway and Denmark passed "
        "on the rise to households within days."
    ),
    (
        "Voters gave the ruling party 38% of the ballot, against 31% for its rival, a result that "
        "surprised pollsters in Lisbon. Turnout reached 64%, the highest since 1995."
    ),
    (
        "Kenya's Mercy Achieng won the 10,000 metres by two seconds on Sunday. Her country has "
        "now taken 40% of the medals on offer, and Ethiopia 25%."
    ),
    (
        "Halvorsen Motors said third-quarter revenue rose 12% to 3.4 billion euros, while its "
        "margin slipped to 7.5% from 8.1%. Shares fell 4% in Oslo."
    ),
    (
        "The regulator approved a 9% increase in electricity tariffs for households in South "
        "Africa from April. Water tariffs will rise by 6% in Johannesburg."
    ),
    (
        "This notice announces the opportunity to comment on the Commission's review of "
        "scientific instruments. The Commission will hold a hearing in Washington on 12 May."
    ),
    (
        "The Department of Commerce is extending the time limit for the final results of the "
        "administrative review of welded pipe from Thailand. The period of review is July 1, "
        "2022, through June 30, 2023."
    ),
    (
        "Rail operators in Germany want a 5% rise in freight tariffs next year. The carrier DB "
        "Cargo said costs were up 11%."
    ),
    (
        "Parliament raised the sales tax to 12% and the tax on company profits to 27%. The "
        "finance minister of Ghana said revenue would climb by 8%."
    ),
    (
        "Russia will raise the export duty on wheat to 15% from July, and Argentina keeps its 12% "
        "export tax on soybeans."
    ),
    (
        "A survey of 1,200 firms in Japan found that 42% fear higher tariffs, and 17% have cut "
        "investment. Only 5% expect orders to grow."
    ),
    (
        "The bank estimates that a global tariff war would cost 1.3% of world output. The average "
        "American tariff has climbed to 17%, its models show."
    ),
    (
        "Customs officers on duty at the port of Antwerp seized 3 tonnes of cocaine. The number "
        "of seizures rose 20% last year."
    ),
    (
        "Mobile roaming tariffs between Brazil and Chile fell 30% after the accord. Telecom "
        "groups said 90% of customers benefited."
    ),
    (
        "Tariff revenue in the United States rose to $30 billion in June, up 120% from a year "
        "earlier. The deficit widened by 3%."
    ),
    (
        "The firm's duty-free shops in Dubai sold 14% more perfume. Sales at its Singapore stores "
        "were flat."
    ),
    (
        "Trade between China and Vietnam grew 18% in the first half. Vietnam's exports of phones "
        "were up 22%, and its imports of chips jumped 30%."
    ),
    (
        "The minister has a duty to report to parliament, the court in Warsaw ruled by 70% of its "
        "judges. Poland will appeal."
    ),
    (
        "Inflation in Turkey eased to 31% in May as food prices fell 2%. Analysts warned that "
        "tariffs abroad could push it up by half a point."
    ),
    (
        "The US dollar lost 0.8% against the euro after talk of tariffs unsettled investors. Bond "
        "yields rose to 4.4%."
    ),
)
"""Interest, votes, sport, companies, bills, official notices: the right answer is nothing."""


@pytest.mark.parametrize("text", NO_MEASURE)
def test_articles_without_a_measure_give_none(text: str) -> None:
    assert measures(text) == []


# When, and on which law ---------------------------------------------------------------------------

SET = "Canada will impose a 25% tariff on steel pipes from South Korea."


@pytest.mark.parametrize(
    ("text", "start", "status"),
    [
        (f"{SET} The measures take effect on June 2.", "2025-06-02", "announced"),
        (f"{SET} It will take effect next week.", "2025-05", "announced"),
        (f"{SET} A summit takes place on June 2.", None, "announced"),
        (f"{SET} Voting starts on June 2.", None, "announced"),
        ("Peru raises its tariff on wine to 15%, effective immediately.", "2025-05-01", "in-force"),
        ("Canada imposed a 25% tariff on Korean pipes last week.", "2025-04", "in-force"),
        (
            "Canada will put a 25% tariff on Korean pipe on or after 12:01 a.m. on August 7, 2025.",
            "2025-08-07",
            "announced",
        ),
        (
            "Canada imposed a 25% tariff on Korean pipes. The tariffs will take effect on June 2.",
            "2025-06-02",
            "announced",
        ),
    ],
)
def test_start_is_what_a_word_of_starting_says(text: str, start: str | None, status: str) -> None:
    measure = one(text)
    assert (measure.effective.value if measure.effective else None) == start
    assert measure.status == status


def test_head_of_a_list_gives_what_it_lists_its_start() -> None:
    measure = one(
        "The two sides agreed on the following steps by June 2:\n"
        "Canada will cut its tariff on Korean cars to 5%."
    )
    assert measure.effective is not None
    assert (measure.effective.value, measure.effective.basis) == ("2025-06-02", "inherited")


def test_what_a_duty_does_not_reach_and_the_law_of_another_are_not_its_own() -> None:
    measure = one(
        "Canada is imposing a 25% tariff on Korean cars. This tariff is in addition to any duty "
        "under Section 232, but the 25% tariff shall not apply to cars in transit."
    )
    assert measure.status != "denied"
    assert measure.legal_basis == ()


def test_end_counts_from_the_start() -> None:
    measure = one("India will cut its duty on Nepalese tea to 10% from June 1 for 90 days.")
    assert measure.until is not None
    assert measure.until.value == "2025-08-30"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The EU offered to scrap its 10% tariff on Norwegian salmon.", "proposed"),
        ("The EU scrapped plans for a 50% tariff on Norwegian salmon.", "denied"),
        ("The EU will not go ahead with a 50% tariff on Norwegian salmon.", "denied"),
        ("A court blocked the European Union's 50% tariff on Norwegian salmon.", "suspended"),
        ("Under the deal, Norwegian salmon faces a 5% EU tariff.", "announced"),
        ("The EU's 10% tariff on Norwegian salmon expires on June 30.", "in-force"),
        ("The EU paused the 10% tariff on Norwegian salmon until July 1.", "suspended"),
        ("The EU vowed to put a 50% tariff on Norwegian salmon unless Oslo yields.", "threatened"),
    ],
)
def test_status_is_told_by_offers_deals_courts_and_plans_given_up(text: str, status: str) -> None:
    assert one(text).status == status


TRUCKS = "imposed a 25% tariff on Mexican trucks."


@pytest.mark.parametrize(
    ("text", "law"),
    [
        (f"President Trump signed a proclamation under Section 232. He {TRUCKS}", "Section 232"),
        (f"The United States {TRUCKS} The tariffs rest on Section 122.", "Section 122"),
        (f"The United States {TRUCKS} A Section 232 review of timber is under way.", None),
        (f"A Section 232 review of timber is under way. The United States {TRUCKS}", None),
    ],
)
def test_law_is_taken_from_the_sentence_beside_that_applies_it(text: str, law: str | None) -> None:
    assert [span.text for span in one(text).legal_basis] == ([law] if law else [])


def test_goods_that_enter_a_country_exempt_are_exempted_by_it() -> None:
    found = measures(
        "The pact sets a 19% tariff on Malaysian exports to the United States, while American "
        "goods entering Malaysia will be exempt from tariffs."
    )
    assert [(codes(m.implementers), codes(m.affected)) for m in found] == [
        (["USA"], ["MYS"]),
        (["MYS"], ["USA"]),
    ]


def test_what_is_not_chosen_is_no_measure_and_practices_are_no_implementer() -> None:
    measure = one(
        "Washington answers China's unfair practices rather than applying 10% tariffs on all "
        "imports. The U.S. tariff on Chinese cranes will rise from 0% to 25%."
    )
    assert (codes(measure.implementers), codes(measure.affected)) == (["USA"], ["CHN"])


def test_goods_imported_into_a_customs_territory_are_hit_by_it() -> None:
    measure = one(
        "Articles of Brazil imported into the customs territory of the United States shall be "
        "subject to an additional rate of duty of 40 percent."
    )
    assert (codes(measure.implementers), codes(measure.affected)) == (["USA"], ["BRA"])


def test_who_is_let_off_a_levy_is_not_who_pays_it() -> None:
    exemption, levy = measures("Norway exempted Peru and Chile from its 9% tariff on salmon.")
    assert (exemption.action, codes(exemption.affected)) == ("exempt", ["PER", "CHL"])
    assert names(exemption) == ["salmon"]
    assert (levy.action, codes(levy.affected)) == ("impose", ["ALL"])
    assert codes(levy.excluded) == ["PER", "CHL"]


def test_goods_that_are_let_off_are_those_of_the_exemption() -> None:
    exemption = measures("Kenya exempted maize from its 35% import duty until December.")[0]
    assert (names(exemption), rates([exemption])) == (["maize"], [0])


def test_whose_levy_hits_is_its_implementer() -> None:
    measure = one("Oslo criticised Chile, whose 9% tariff on salmon took effect on Monday.")
    assert (codes(measure.implementers), names(measure)) == (["CHL"], ["salmon"])


def test_mills_hit_by_tariffs_do_not_make_their_government_put_them() -> None:
    found = measures("Peru helps weavers hit by Chilean tariffs of 12% on cloth.")
    assert [codes(m.implementers) for m in found] == [["CHL"]]


def test_tariff_on_its_own_exports_is_the_other_side_s() -> None:
    scrapped, paid = measures(
        "Ghana agreed to scrap all its duties on Swiss watches in return for a 4% tariff on its "
        "own exports. Switzerland had imposed a 15% tariff on cocoa."
    )[:2]
    assert (codes(scrapped.implementers), codes(scrapped.affected)) == (["GHA"], ["CHE"])
    assert scrapped.rate is None
    assert (codes(paid.implementers), codes(paid.affected)) == (["CHE"], ["GHA"])
    assert rates([paid]) == [4]


def test_what_is_said_not_to_retaliate_does_not() -> None:
    measure = one("Peru has not retaliated against Chile, whose 9% tariff on cloth stands.")
    assert measure.relations == ()


def test_levy_is_a_tariff_where_tariffs_are_spoken_of_beside_it() -> None:
    text = "Chile put a tariff of 9% on Peruvian cloth. Its 4% levy on Ghana took effect on Monday."
    assert rates(measures(text)) == [9, 4]
    assert measures("The town's 4% levy on parking took effect on Monday.") == []


# Lists in which each item has its own rate --------------------------------------------------------


def test_goods_that_go_on_with_a_level_each_are_measures_of_their_own() -> None:
    found = measures(
        "Oman lifted its tariffs on some Peruvian imports, nails among them to 12 percent, glass "
        "jars to 15 percent and rope to 9 percent."
    )
    assert rates(found) == [12, 15, 9]
    assert [names(m) for m in found[1:]] == [["glass jars"], ["rope"]]
    assert {code for m in found for code in codes(m.affected)} == {"PER"}


def test_a_country_right_before_its_rate_is_hit_by_that_rate_alone() -> None:
    found = measures("Kenya set tariffs on rope from Peru (24%), Ghana (9%) and Chile 7%.")
    assert [(m.rate.value, codes(m.affected), names(m)) for m in found if m.rate] == [
        (24, ["PER"], ["rope"]),
        (9, ["GHA"], ["rope"]),
        (7, ["CHL"], ["rope"]),
    ]


def test_firms_with_a_rate_each_bear_the_duty_of_their_case() -> None:
    found = measures(
        "The EU imposed anti-dumping duties on tyres from Vietnam. Nomad Rubber Co faces a duty "
        "of 11%, Kestrel Tyre Ltd 39% and all other companies 44%."
    )[1:]
    assert [(m.rate.value, codes(m.affected), names(m)) for m in found if m.rate] == [
        (11, ["VNM"], ["tyres"]),
        (39, ["VNM"], ["tyres"]),
        (44, ["VNM"], ["tyres"]),
    ]
    assert [firm.text for m in found[1:] for firm in m.firms] == [
        "Kestrel Tyre Ltd",
        "all other companies",
    ]
    assert {m.instrument for m in found} == {"anti-dumping"}


def test_rates_told_respectively_are_each_for_one_of_the_goods() -> None:
    found = measures(
        "Kenya put tariffs on Peruvian rope and nails, at 9 and 12 percent respectively."
    )
    assert [(m.rate.value, names(m)) for m in found if m.rate] == [(9, ["rope"]), (12, ["nails"])]


def test_what_is_charged_now_is_the_level_before() -> None:
    measure = one("Kenya said rope from Ghana, now charged 4%, will face a tariff of 9%.")
    assert measure.previous_rate is not None
    assert measure.rate is not None
    assert (measure.previous_rate.value, measure.rate.value) == (4, 9)
    assert measure.action == "raise"


# Who acts -----------------------------------------------------------------------------------------


def test_who_asks_another_to_act_does_not_act() -> None:
    measure = one("Ghana pressed Kenya to keep the tariff on Ghanaian rope at 9%.")
    assert (codes(measure.implementers), codes(measure.affected)) == (["KEN"], ["GHA"])


def test_who_gets_its_rate_cut_is_hit_and_the_levy_may_go_unnamed() -> None:
    found = measures(
        "The United States imposed tariffs of 31% on Swiss goods. Shops were calm. Few bought. "
        "Most waited. Vietnam got its rate cut to 20% from 46%. Ghana settled for 19%."
    )[1:]
    assert [(m.rate.value, codes(m.implementers), codes(m.affected)) for m in found if m.rate] == [
        (20, ["USA"], ["VNM"]),
        (19, ["USA"], ["GHA"]),
    ]


def test_an_interest_rate_is_no_levy_even_in_an_article_about_levies() -> None:
    found = measures(
        "The United States imposed tariffs of 31% on Swiss goods. Shops were calm. Few bought. "
        "Most waited. Its central bank kept its key rate at 2%, and prices fell 1%."
    )
    assert rates(found) == [31]


def test_duties_raised_by_a_bill_or_in_the_passive_are_those_of_the_acting_country() -> None:
    found = measures(
        "Kenya raised tariffs on Peruvian nails to 9%. Duties were also increased on rope. A bill "
        "will introduce levies on glass jars from Chile."
    )
    assert [(codes(m.implementers), names(m)) for m in found] == [
        (["KEN"], ["nails"]),
        (["KEN"], ["rope"]),
        (["KEN"], ["glass jars"]),
    ]


def test_what_stands_after_a_semicolon_is_told_of_the_next_levy() -> None:
    found = measures(
        "Kenya doubled its duties on Peru in retaliation; Peru had raised its tariff on tea."
    )
    assert [bool(m.relations) for m in found] == [True, False]


# Courts, cases and standing duties ----------------------------------------------------------------


def test_a_court_that_strikes_a_duty_down_ends_it_and_bears_none() -> None:
    found = measures(
        "The Court of International Trade struck down the tariffs on Canada and Mexico that Trump "
        "had tied to migration."
    )
    assert [(m.action, m.status, codes(m.affected)) for m in found] == [
        ("remove", "ended", ["CAN", "MEX"])
    ]


def test_a_law_that_allows_a_tariff_puts_none() -> None:
    assert not measures("Washington could turn to Section 122, which allows tariffs of up to 15%.")


def test_being_left_out_of_a_cut_is_no_exemption() -> None:
    found = measures(
        "Kenya will cut tariffs on cars. Lorries will be excluded from duty reductions."
    )
    assert {m.action for m in found} == {"lower"}


def test_what_will_stay_is_in_force_and_what_is_removed_is_another_measure() -> None:
    found = measures(
        "Kenya will remove its 25% tariff on Peruvian rope. Its 25% tariff on Peruvian nails will "
        "stay."
    )
    assert [(m.action, m.status, names(m)) for m in found] == [
        ("remove", "announced", ["rope"]),
        ("keep", "in-force", ["nails"]),
    ]


def test_an_exemption_is_of_who_gave_it_to_who_got_it() -> None:
    found = measures(
        "Kenya cut its tariff on Peru to 5%, matching an exemption Peru gave Kenyan goods."
    )
    exemption = next(m for m in found if m.action == "exempt")
    assert (codes(exemption.implementers), codes(exemption.affected)) == (["PER"], ["KEN"])


def test_the_rates_of_a_dumping_case_are_of_its_kind_and_its_country() -> None:
    found = measures(
        "The U.S. Commerce Department set anti-dumping duties on tyres from Ghana and Peru. It "
        "found dumping margins of between 12% and 30%. Korea's Kestrel Ltd received a rate of 4% "
        "for products from Ghana."
    )
    assert [names(m) for m in found] == [["tyres"], ["tyres"]]
    assert rates(found) == [12, 4]
    assert {m.instrument for m in found} == {"anti-dumping"}
    assert {code for m in found for code in codes(m.implementers)} == {"USA"}


def test_goods_of_a_duty_may_stand_with_the_verb_that_put_it_there() -> None:
    measure = one("China said it would scrap the tariff of 80% that it put on Australian barley.")
    assert (codes(measure.implementers), codes(measure.affected)) == (["CHN"], ["AUS"])
    assert names(measure) == ["barley"]


def test_whose_goods_are_charged_is_hit() -> None:
    found = measures(
        "The United States lowered tariffs on Japanese cars to 15%. South Korea, whose cars are "
        "still charged 25%, urged Washington to move."
    )
    assert [(codes(m.implementers), codes(m.affected)) for m in found] == [
        (["USA"], ["JPN"]),
        (["USA"], ["KOR"]),
    ]


def test_by_how_much_one_levy_lies_below_another_is_no_rate() -> None:
    assert not measures("Peruvian rope enjoys a 12% tariff advantage over that of Ghana in Kenya.")


def test_copper_products_and_metals_of_one_rate_are_two_measures() -> None:
    found = measures(
        "Kenya doubled duties on both metals to 50% from June 4, 2024. Cars bear a tariff of 9%. "
        "A 50% duty on semi-finished copper products applies since Aug. 1, 2024."
    )
    assert [names(m) for m in found if m.rate and m.rate.value == 50] == [
        ["metals"],
        ["semi-finished copper products"],
    ]
