from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.rulebook import Rulebook, load_rulebook
from pipeline.tuning.elements import branches
from pipeline.tuning.nearest import NearMiss, nearest
from tests.conftest import MakeArticle

CORPUS = Path(__file__).parents[1] / "corpus"
RULES = """\
lexicons:
  levies: [tariff, duty]
  impose: [impose, slap]
rules:
  - id: rate-before-levy
    note: A rate, then a levy.
    regex: |
      (?<! \\d ) (?P<rate> \\d+ ) \\s? %   # the rate
      \\s {{levies}} s?
    matches:
      - {text: 'a [[25% tariff]] on cars'}
    rejects:
      - {text: 'Shares fell 25%.', why: a fall}
  - id: origin-of-levy
    note: An adjective, then a levy.
    tokens: [[{POS: ADJ}, {LEMMA: {IN: '{{levies}}'}}]]
    matches:
      - {text: 'They fear [[Chinese tariffs]].'}
    rejects:
      - {text: 'They fear tariffs.', why: no adjective}
  - id: impose-levy
    note: Somebody imposes a levy.
    frame:
      verb: '{{impose}}'
      places: {subject: implementer, object: 'levy = {{levies}}'}
    matches:
      - {text: '[[Ottawa imposed a duty]].'}
    rejects:
      - {text: 'A duty came.', why: nobody imposed it}
"""


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    (tmp_path / "tariffs.yaml").write_text(RULES, encoding="utf-8")
    loaded = load_rulebook("tariffs", tmp_path)
    mine = tuple(rule for rule in loaded.rules if rule.users)
    return Rulebook("tariffs", loaded.lexicons, loaded.atoms, mine, loaded.digest)


def misses(book: Rulebook, make: MakeArticle, text: str, words: str) -> dict[str, NearMiss]:
    start = text.index(words)
    found = nearest(book, make(text), (start, start + len(words)))
    return {miss.rule: miss for miss in found}


@pytest.mark.parametrize(
    ("pattern", "elements"),
    [
        (r"a \s b", [["a", r"\s", "b"]]),
        ("(?<! [)] ) x{,2}+ # no\n [a-z\\]]*? y", [["(?<! [)] )", "x{,2}+", "[a-z\\]]*?", "y"]]),
        (r"tariffs? | {{levies}}++", [["tariff", "s?"], ["{{levies}}++"]]),
        (r"(?: a | (b) ) \p{Lu} +", [["(?: a | (b) )", r"\p{Lu} +"]]),
    ],
)
def test_a_regex_is_read_as_the_row_of_its_elements(
    pattern: str, elements: list[list[str]]
) -> None:
    assert branches(pattern) == elements


def test_a_regex_that_nearly_matches_says_what_it_needed_and_what_it_met(
    book: Rulebook, article: MakeArticle
) -> None:
    text = "These measures led to a 10.4% drop in imports."
    miss = misses(book, article, text, "10.4%")["tariffs/rate-before-levy"]
    assert (miss.matched, miss.needs) == ("4% ", "a word of levies (tariff, duty)")
    assert (miss.side, miss.met) == ("after", "*drop*")
    assert (miss.passed, miss.conditions) == (2, 3)


def test_a_token_rule_says_which_token_failed(book: Rulebook, article: MakeArticle) -> None:
    miss = misses(book, article, "They fear Chinese officials.", "Chinese")[
        "tariffs/origin-of-levy"
    ]
    assert miss.matched == "Chinese"
    assert miss.needs == "a word with lemma one of tariff, duty"
    assert miss.met.startswith("*officials* (lemma official, NOUN")


def test_a_frame_says_which_place_stayed_empty_or_had_another_head(
    book: Rulebook, article: MakeArticle
) -> None:
    miss = misses(book, article, "Ottawa imposed a curfew.", "curfew")["tariffs/impose-levy"]
    assert miss.needs == "levy (object of 'imposed') headed by one of duty, tariff"
    assert miss.met.startswith("*curfew*")


def test_a_rule_that_matches_is_no_near_miss(book: Rulebook, article: MakeArticle) -> None:
    found = misses(book, article, "Ottawa imposed a 25% tariff.", "25%")
    assert "tariffs/rate-before-levy" not in found
    assert "tariffs/impose-levy" not in found


def explained(*arguments: str) -> dict[str, object]:
    path = CORPUS / "003_cfa3f19b16ebf346.txt"
    result = CliRunner().invoke(app, ["explain", str(path), *arguments, "--json"])
    assert result.exit_code == 0, result.output
    made: dict[str, object] = json.loads(result.stdout)
    return made


def test_explain_names_the_rule_that_left_furniture_out() -> None:
    made = explained("--text", "This website uses cookies")
    stages = made["stages"]
    assert isinstance(stages, list)
    reading = next(stage for stage in stages if stage["stage"] == "reading")
    assert [item["rule"] for item in reading["found"]] == ["reading/cookie-notice"]
    assert [(f["rule"], f["used"]) for f in reading["fired"]] == [("reading/cookie-notice", True)]


def test_explain_names_what_was_found_at_a_place() -> None:
    made = explained(
        "--at", str((CORPUS / "003_cfa3f19b16ebf346.txt").read_text("utf-8").index("Tsinghua"))
    )
    stages = made["stages"]
    assert isinstance(stages, list)
    entities = next(stage for stage in stages if stage["stage"] == "entities")
    assert any("Tsinghua" in item["name"] for item in entities["found"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--text", "Carney"), "times, at "),
        (("--text", "zebra"), "does not stand"),
        (("--at", "99999"), "outside the article"),
        ((), "give one of"),
    ],
)
def test_a_place_that_is_none_is_wrong_usage(arguments: tuple[str, ...], says: str) -> None:
    path = CORPUS / "003_cfa3f19b16ebf346.txt"
    result = CliRunner().invoke(app, ["explain", str(path), *arguments])
    assert result.exit_code == 2
    assert says in " ".join(result.output.replace("│", " ").split())
