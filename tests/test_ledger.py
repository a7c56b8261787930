from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.ledger import Ledger, ledger_of
from pipeline.ledger.claims import Claim, Days, bare, claims_of, days_of
from pipeline.ledger.linking import link, pairs
from pipeline.record import Record
from tests.drafts import Draft

GOLDEN = Path(__file__).parent / "golden" / "ledger.yaml"
Articles = list[dict[str, Any]]


@pytest.fixture(scope="module")
def articles() -> Articles:
    loaded: Articles = YAML(typ="safe").load(GOLDEN)
    return loaded


def record_of(article: dict[str, Any]) -> Record:
    draft = Draft(article["id"], article["text"], published=f"{article['published']}")
    for told in article["claims"]:
        fields = {name: f"{v}" if name in DATES else v for name, v in told.items() if name != "is"}
        firms = tuple(draft.span(firm) for firm in fields.pop("firms", ()))
        draft.tariff(article["text"], **fields, firms=firms)
    return draft.record()


DATES = ("announced", "effective", "until")


@pytest.fixture(scope="module")
def records(articles: Articles) -> list[Record]:
    return [record_of(article) for article in articles]


@pytest.fixture(scope="module")
def ledger(articles: Articles, records: list[Record]) -> Ledger:
    texts = {article["id"]: article["text"] for article in articles}
    return ledger_of(records, text=lambda record: texts[record.id])


def measure(ledger: Ledger, article: str, tariff: str = "t1") -> Any:
    (found,) = (
        m for m in ledger.measures if (article, tariff) in [(c.article, c.tariff) for c in m.claims]
    )
    return found


# The golden ---------------------------------------------------------------------------------------


def test_the_golden_is_large_enough(articles: Articles) -> None:
    assert len(articles) >= 40
    assert len({claim["is"] for article in articles for claim in article["claims"]}) >= 15


def test_claims_of_one_measure_are_brought_together(
    articles: Articles, records: list[Record]
) -> None:
    held: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for article in articles:
        for number, claim in enumerate(article["claims"], start=1):
            held[claim["is"]].append((article["id"], f"t{number}"))
    expected = {pair for names in held.values() for pair in combinations(sorted(names), 2)}
    found = pairs(link([claim for record in records for claim in claims_of(record)]))
    right = len(found & expected)
    precision, recall = right / len(found), right / len(expected)
    f1 = 2 * precision * recall / (precision + recall)
    assert f1 >= 0.9, (
        f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}\n"
        f"wrong: {sorted(found - expected)}\nmissed: {sorted(expected - found)}"
    )


def test_copies_of_the_golden_are_found_and_nothing_else(
    articles: Articles, ledger: Ledger
) -> None:
    assert ledger.copies == {a["id"]: a["copy"] for a in articles if "copy" in a}


# What the ledger tells ----------------------------------------------------------------------------


def test_a_status_is_followed_over_time(ledger: Ledger) -> None:
    glass = measure(ledger, "glass-1")
    assert [(phase.status, phase.first, phase.last) for phase in glass.history] == [
        ("threatened", "2026-01-12", "2026-01-12"),
        ("announced", "2026-02-09", "2026-02-10"),
        ("in-force", "2026-03-02", "2026-03-02"),
        ("suspended", "2026-05-20", "2026-05-20"),
    ]
    assert glass.status == "suspended"


def test_values_that_contradict_each_other_stay_side_by_side(ledger: Ledger) -> None:
    glass = measure(ledger, "glass-3")
    assert [(told.value, told.articles) for told in glass.told["rate"]] == [
        ("25 %", ("glass-1", "glass-2", "glass-5")),
        ("20 %", ("glass-3",)),
    ]
    assert glass.contradictions == ("rate",)


def test_one_article_gives_the_rate_and_another_the_value_covered(ledger: Ledger) -> None:
    salmon = measure(ledger, "salmon-1")
    assert [told.value for told in salmon.told["rate"]] == ["30 %"]
    assert [told.value for told in salmon.told["value_covered"]] == ["310,000,000 USD"]
    assert salmon.contradictions == ()


def test_a_year_does_not_contradict_a_day_in_it(ledger: Ledger) -> None:
    cars = measure(ledger, "cars-1")
    assert {told.value for told in cars.told["effective"]} == {"2024-10-01", "2024-10", "2024"}
    assert cars.contradictions == ()


def test_whom_a_measure_hits_may_be_told_in_part(ledger: Ledger) -> None:
    steel = measure(ledger, "steel-1")
    assert steel.affected == "ALL"
    assert {told.value for told in steel.told["affected"]} == {"ALL", "KOR"}
    assert steel.contradictions == ()


def test_copies_are_counted_once_and_still_shown(ledger: Ledger) -> None:
    tea = measure(ledger, "tea-1")
    assert tea.articles == 2
    assert [(c.article, c.copy_of) for c in tea.claims] == [
        ("tea-1", None), ("tea-2", "tea-1"), ("tea-3", "tea-1"), ("tea-4", None),
    ]  # fmt: skip
    assert tea.told["rate"][0].articles == ("tea-1", "tea-4")


def test_each_claim_is_in_one_measure_with_the_words_that_prove_it(
    articles: Articles, ledger: Ledger
) -> None:
    told = [claim for m in ledger.measures for claim in m.claims]
    assert len(told) == sum(len(article["claims"]) for article in articles)
    assert len({(claim.article, claim.tariff) for claim in told}) == len(told)
    texts = {article["id"]: article["text"] for article in articles}
    assert all(claim.words == texts[claim.article] for claim in told)


def test_measures_told_by_most_come_first_and_have_ids(ledger: Ledger) -> None:
    counts = [m.articles for m in ledger.measures]
    assert counts == sorted(counts, reverse=True)
    assert [m.id for m in ledger.measures] == [f"m{n + 1}" for n in range(len(counts))]


def test_the_order_of_records_does_not_matter(records: list[Record], ledger: Ledger) -> None:
    texts = {r.id: r.tariffs[0].evidence[0].text for r in records}
    turned = ledger_of(reversed(records), text=lambda record: texts[record.id])
    assert [[(c.article, c.tariff) for c in m.claims] for m in turned.measures] == [
        [(c.article, c.tariff) for c in m.claims] for m in ledger.measures
    ]


# Claims and points --------------------------------------------------------------------------------


def together(*told: dict[str, Any]) -> bool:
    """Whether claims of articles of their own are taken for one measure."""
    claims: list[Claim] = []
    for number, fields in enumerate(told):
        published = fields.pop("published", "2026-03-10")
        draft = Draft(f"a{number}", "Some words.", published=published)
        draft.tariff("Some words.", **fields)
        claims += claims_of(draft.record())
    return len(link(claims)) == 1


STEEL = {"by": "India", "on": "China", "goods": "steel", "rate": 12}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"goods": "imported steel products"},
        {"rate": 12.0, "operator": "<="},
        {"instrument": "anti-dumping"},
        {"goods": ["steel", "pipes"]},
    ],
)
def test_claims_that_agree_in_what_they_tell_are_one(other: dict[str, Any]) -> None:
    assert together({**STEEL}, {**STEEL, **other})


@pytest.mark.parametrize(
    "other",
    [
        {"by": "China", "on": "India"},
        {"on": "Japan"},
        {"goods": "tea"},
        {"rate": 20, "previous": 12},
        {"rate": 20, "published": "2027-03-10"},
        {"status": "threatened", "rate": 40},
        {"published": "2031-03-10", "rate": None, "effective": "2031"},
    ],
)
def test_claims_that_disagree_in_what_matters_are_not(other: dict[str, Any]) -> None:
    assert not together({**STEEL, "effective": "2026-03-01"}, {**STEEL, **other})


def test_measures_of_one_article_are_never_brought_together() -> None:
    draft = Draft("a", "Some words.", published="2026-03-10")
    draft.tariff("Some words.", **STEEL)
    draft.tariff("Some words.", **STEEL)
    assert len(link(list(claims_of(draft.record())))) == 2


def test_a_claim_without_partner_does_not_join_measures_against_different_partners() -> None:
    claims: list[Claim] = []
    for number, on in enumerate(["China", [], "Japan"]):
        draft = Draft(f"a{number}", "Some words.", published="2026-03-10")
        draft.tariff("Some words.", **{**STEEL, "on": on})
        claims += claims_of(draft.record())
    assert sorted(len(each) for each in link(claims)) == [1, 2]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("imported steel products", "steel"),
        ("dairies", "dairy"),
        ("glass", "glass"),
        ("boxes", "box"),
        ("all goods", ""),
    ],
)
def test_names_of_goods_are_compared_by_what_they_say(name: str, said: str) -> None:
    assert bare(name) == said


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2026-01-16", date(2026, 1, 16), date(2026, 1, 16)),
    ],
)
def test_days_months_and_years_have_days(value: str, first: date, last: date) -> None:
    assert days_of(value) == Days(first, last)


@pytest.mark.parametrize("value", ["PAST_REF", "2025-Q3", "2026-13", "P5D", "0000"])
def test_what_names_no_day_month_or_year_has_none(value: str) -> None:
    assert days_of(value) is None


# The command --------------------------------------------------------------------------------------


def test_the_command_prints_measures_and_writes_the_ledger(
    records: list[Record], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for record in records:
        (folder / f"{record.id}.json").write_text(record.model_dump_json(), encoding="utf-8")
    out = tmp_path / "ledger.json"
    result = CliRunner().invoke(
        app, ["ledger", str(folder), "-o", str(out)], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 0
    assert "NOR" in result.stdout
    assert "25 % | 20 %" in result.stdout
    written = Ledger.model_validate_json(out.read_bytes())
    assert written.articles == len(records)
    assert written.measures[0].articles >= 5


def test_the_command_prints_json_for_programs(tmp_path: Path) -> None:
    Draft("empty", "Nothing here.").write(tmp_path)
    (tmp_path / "broken.json").write_text("{")
    result = CliRunner().invoke(app, ["ledger", str(tmp_path), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"articles": 1, "copies": {}, "measures": []}
    assert "broken.json" in result.stderr
