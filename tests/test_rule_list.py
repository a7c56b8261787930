from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.extraction import Extractor, Rules
from pipeline.rulebook import load_rulebook
from pipeline.tuning.listing import Listed, Tally, account, in_order, listed, tally_of
from tests.conftest import MakeArticle

LOSES = "reading/zebra-again never decides: all 2 matches lie within those of reading/zebra."
EXAMPLES = """\
    matches:
      - {text: '[[WORDS]]'}
    rejects:
      - {text: 'Shares fell.', why: nothing of the kind}
"""
TEXT = "A zebra tariff is none, they said. Ghana put a 25% duty on rice and a 5% zebra levy on tea."


def rule(id: str, finds: str, words: str) -> str:
    pattern = " \\s ".join(words.split())
    head = f"  - id: {id}\n    finds: {finds}\n    note: Words.\n    regex: '{pattern}'\n"
    return head + EXAMPLES.replace("WORDS", words)


RULES = {
    "reading": "rules:\n"
    + rule("zebra", "line", "zebra")
    + rule("zebra-tariff", "line", "zebra tariff")
    + rule("zebra-again", "line", "zebra")
    + rule("okapi", "line", "okapi"),
    "tariffs": "rules:\n" + rule("zebra-rate", "rate", "(?P<rate>5%) zebra levy"),
}
RULES["tariffs"] = RULES["tariffs"].replace("[[(?P<rate>5%) zebra levy]]", "[[5% zebra levy]]")


@pytest.fixture
def rules(tmp_path: Path, extractor: Extractor) -> Rules:
    """Ours, with the rules of this module laid over two of the books."""
    books = dict(extractor.rules.books)
    for stem, content in RULES.items():
        (tmp_path / f"{stem}.yaml").write_text(content, encoding="utf-8")
        books[stem] = load_rulebook(stem, tmp_path)
    return Rules(books)


@pytest.fixture
def tally(rules: Rules, article: MakeArticle) -> Tally:
    return tally_of([article(TEXT), article("No animals here.")], Extractor(rules=rules))


def users(rules: Rules, tally: Tally | None) -> dict[str, Listed]:
    """The entries of the rules of this module, by the name without the stage."""
    mine = {rule.id for book in rules.books.values() for rule in book.rules if rule.users}
    entries = listed(rules, {"reading/zebra": (3, 4)}, tally)
    return {entry.id.partition("/")[2]: entry for entry in entries if entry.id in mine}


def test_a_pass_over_a_corpus_counts_the_matches_of_each_rule(rules: Rules, tally: Tally) -> None:
    entries = users(rules, tally)
    assert {name: entry.hits for name, entry in entries.items()} == {
        "zebra": 2,
        "zebra-tariff": 1,
        "zebra-again": 2,
        "okapi": 0,
        "zebra-rate": 1,
    }
    assert (tally.articles, tally.words) == (2, len(TEXT.split()) + 3)


def test_a_finding_is_counted_for_the_rule_that_it_names(rules: Rules, tally: Tally) -> None:
    found = {entry.id: entry.found for entry in listed(rules, {}, tally)}
    assert found["tariffs/rate-before-levy"] == 2
    assert found["countries/countries"] == 1
    assert found["reading/zebra"] == 0


def test_a_rule_whose_every_match_another_beats_is_shadowed(rules: Rules, tally: Tally) -> None:
    entries = users(rules, tally)
    assert entries["zebra"].shadowed_by == ()  # one match is beaten, "zebra" in "zebra levy" not
    assert entries["zebra-again"].shadowed_by == ("reading/zebra",)
    assert entries["zebra-tariff"].shadowed_by == ()
    assert entries["okapi"].shadowed_by == ()


def test_rules_that_never_fire_or_decide_are_named_with_their_place(
    rules: Rules, tally: Tally
) -> None:
    entries = users(rules, tally)
    silent, again = entries["okapi"].where, entries["zebra-again"].where
    assert silent is not None
    assert again is not None
    assert RULES["reading"].splitlines()[silent.line - 1] == "  - id: okapi"
    assert list(account(list(entries.values()), tally))[:3] == [
        "1 never fire on these 2 articles:",
        f"  reading: okapi (line {silent.line})",
        f"{again.file}:{again.line}: {LOSES}",
    ]


def test_time_is_counted_where_a_rule_is_matched(rules: Rules, tally: Tally) -> None:
    entries = users(rules, tally)
    cost = entries["zebra"].us_per_kiloword
    assert cost is not None
    assert cost > 0
    assert cost == pytest.approx(1000 * 1e6 * tally.logs["reading/zebra"].seconds / tally.words)


def test_rules_are_sorted_with_the_unknown_last(rules: Rules, tally: Tally) -> None:
    entries = list(users(rules, tally).values())
    assert [entry.hits for entry in in_order(entries, "hits")] == [2, 2, 1, 1, 0]
    assert in_order(entries, "precision")[0].id == "reading/zebra"
    costs = [entry.us_per_kiloword or 0.0 for entry in in_order(entries, "cost")]
    assert costs == sorted(costs, reverse=True)
    assert in_order(entries, "file") == entries


def test_without_a_corpus_the_gold_sets_tell_what_never_fires(rules: Rules) -> None:
    mine = list(users(rules, None).values())
    said = list(account(mine, None))
    assert said[0] == "4 never fire on the gold sets:"
    assert "zebra (" not in said[1]
    assert said[-1].startswith("Say --on which articles")
    assert mine[0].precision == 0.75
    assert in_order(reversed(mine), "hits")[0].id == "reading/zebra"


def test_rules_list_is_a_table_for_people_and_lines_of_json_for_programs(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    on = ("--on", str(tmp_path / "a.txt"), "--cache", str(tmp_path / "cache"))
    result = CliRunner().invoke(app, ["rules", "list", "--stage", "tariffs", *on, "--json"])
    assert result.exit_code == 0
    told = {each["rule"]: each for each in map(json.loads, result.stdout.splitlines())}
    one = told["tariffs/rate-before-levy"]
    assert (one["file"], one["kind"], one["hits"], one["found"]) == ("tariffs.yaml", "regex", 2, 2)
    assert one["precision"] == one["right"] / one["seen"]
    table = CliRunner().invoke(app, ["rules", "list", "--stage", "tariffs", *on, "--sort", "hits"])
    assert table.stdout.splitlines()[0].split() == [
        "rule", "file", "right", "n", "hits", "found", "µs/1000", "words",
    ]  # fmt: skip
    assert f"tariffs.yaml:{one['line']} " in table.stdout
    assert "measured on this machine" in table.stderr


@pytest.mark.parametrize("sort", ["cost", "name"])
def test_rules_cannot_be_sorted_by_what_is_not_known(sort: str) -> None:
    assert CliRunner().invoke(app, ["rules", "list", "--sort", sort]).exit_code == 2
