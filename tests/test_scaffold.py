from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.examples import faults_of
from pipeline.extraction import Extractor
from pipeline.reading import Furniture
from pipeline.rulebook import load_rulebook
from pipeline.stage import Stage
from pipeline.stages import STAGES
from pipeline.tuning.scaffold import TO_WRITE, PlaceError, form_of, scaffold
from tests.conftest import MakeArticle

KINDS = [
    ("reading", "line", "Get our zebra digest\n\nOttawa said no.", "Get our zebra digest"),
    ("entities", "name", "Aid went to Foundation Zebra in May.", "Foundation Zebra"),
    ("tariffs", "rate", "The zebra toll stands at 12% again.", "zebra toll stands at 12%"),
    ("tariffs", "no-rate", "The zebra ratio hit 12% again.", "zebra ratio hit 12%"),
    ("tariffs", "change", "Toll of 5%, in zebra terms 7%.", "5%, in zebra terms 7%"),
    ("tariffs", "legal-basis", "It rests on the Zebra Pact.", "Zebra Pact"),
    ("quotes", "clause", "The minister zebraed that duties would stay.", "The minister zebraed"),
    ("quotes", "source", "In the zebra words of the bank, trade will fall.", "zebra words of"),
]
"""Stage, kind, a text, and the words of it that a new rule is begun from."""


def filled_in(made: str) -> str:
    """A scaffold as a person fills it in: with a note and a sentence that must not match."""
    (entry,) = yaml.safe_load(made)["rules"]
    entry["note"] = "Zebras."
    assert [each["text"] for each in entry["rejects"]] == [TO_WRITE]
    entry["rejects"] = [{"text": "The committee met again.", "why": "no zebra"}]
    return yaml.safe_dump({"rules": [entry]}, allow_unicode=True, sort_keys=False)


def stage_named(name: str) -> type[Stage]:
    return next((stage for stage in STAGES if stage.name == name), Furniture)


@pytest.mark.parametrize("example", KINDS)
def test_a_new_rule_holds_to_its_sentence_once_it_is_filled_in(
    tmp_path: Path, extractor: Extractor, article: MakeArticle, example: tuple[str, str, str, str]
) -> None:
    stage, kind, text, words = example
    start = text.index(words)
    place = (start, start + len(words))
    made = scaffold(article(text), place, kind=kind, book=extractor.rules.books[stage])
    (tmp_path / f"{stage}.yaml").write_text(filled_in(made), encoding="utf-8")
    book = load_rulebook(stage, tmp_path)
    (rule,) = (each for each in book.rules if each.users)
    names = [each.name for each in STAGES]
    earlier = extractor.stages[: names.index(stage)] if stage in names else ()
    held = stage_named(stage)(book)
    faults = list(faults_of(rule, held, earlier=earlier, parse=extractor.parser))
    assert [str(fault) for fault in faults] == []


def test_a_new_rule_has_the_pieces_and_constants_of_its_kind(extractor: Extractor) -> None:
    books = extractor.rules.books
    assert form_of(books["tariffs"], "rate").numbers == ("rate",)
    assert set(form_of(books["tariffs"], "change").numbers) == {"before", "after"}
    assert form_of(books["entities"], "name").whole == "name"
    assert form_of(books["figures"], "figures").whole == "amount"
    assert set(form_of(books["dates"], "month").gives or ()) == {"read", "type"}
    assert form_of(books["quotes"], "clause").frame is not None


def test_a_figure_is_its_amount_with_the_words_around_it(
    extractor: Extractor, article: MakeArticle
) -> None:
    text = "Tea sales leapt by 40% in May."
    place = (text.index("leapt"), text.index(" in May"))
    made = scaffold(article(text), place, kind="figures", book=extractor.rules.books["figures"])
    (entry,) = yaml.safe_load(made)["rules"]
    assert entry["regex"] == r"(?<= leapt \s+ by \s ) (?P<amount> 40% )"
    assert entry["matches"][0]["text"] == "Tea sales leapt by [[40%]] in May."


def test_a_new_date_waits_for_its_pieces_and_its_value(
    tmp_path: Path, extractor: Extractor, article: MakeArticle
) -> None:
    book = extractor.rules.books["dates"]

    def told(made: str) -> list[str]:
        (tmp_path / "dates.yaml").write_text(filled_in(made), encoding="utf-8")
        laid = load_rulebook("dates", tmp_path)
        (rule,) = (each for each in laid.rules if each.users)
        faults = faults_of(rule, stage_named("dates")(laid), earlier=(), parse=extractor.parser)
        return [fault.message.partition(": ")[2] for fault in faults]

    text = "It fell in the zebra month."
    made = scaffold(article(text), (text.index("the"), text.index(".")), kind="unit", book=book)
    assert told(made) == [
        "what finds 'unit' needs a piece named 'unit': write (?P<unit> … ) around its words"
    ]
    text = "It fell on zebra Tuesday."
    parsed = article(text, published="2025-06-06")
    made = scaffold(parsed, (text.index("zebra"), text.index(".")), kind="weekday", book=book)
    made = made.replace("Tuesday\n  gives", "(?P<weekday> Tuesday )\n  gives")
    (waits,) = told(made)
    assert waits.startswith("on 'zebra Tuesday' gives value = 2025-06-03, not write its TIMEX3")
    (entry,) = yaml.safe_load(made)["rules"]
    value = entry["matches"][0]["gives"]["value"]
    assert told(made.replace(value, "2025-06-03")) == []


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ((0, 4), "0-4 cuts a word, 'Ghan'; 0-5 is 'Ghana'"),
        ((5, 6), "no words stand at 5-6"),
        ((9, 9), "9-9 is no stretch of the article, which has 0 to 25"),
        ((9, 99), "9-99 is no stretch"),
    ],
)
def test_a_place_at_which_no_rule_can_begin_says_why(
    article: MakeArticle, place: tuple[int, int], says: str
) -> None:
    with pytest.raises(PlaceError, match=says):
        scaffold(article("Ghana put a duty on rice."), place, kind="")


def test_rules_new_prints_a_rule_and_says_where_it_goes(tmp_path: Path) -> None:
    text = "These measures led to a 10.4% drop in imports of zebra hides."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    start = text.index("10.4% drop")
    place = f"{tmp_path / 'a.txt'}:{start}-{start + len('10.4% drop')}"
    result = CliRunner().invoke(app, ["rules", "new", "--from", place, "--finds", "no-rate"])
    assert result.exit_code == 0, result.output
    (rule,) = yaml.safe_load(result.stdout)["rules"]
    assert (rule["id"], rule["finds"]) == ("n-10-4-drop", "no-rate")
    assert rule["regex"] == r"(?P<rate> 10\.4% ) \s+ drop"
    assert rule["matches"][0]["text"].startswith("These measures led to a [[10.4% drop]] in")
    assert "tariffs.yaml" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a.txt:7", "rate"), "write it as article.txt:120-134"),
        (("a.txt:-4-7", "rate"), "write it as article.txt:120-134"),
        (("a.txt:4-7", "zebras"), "nothing finds 'zebras'; there are reading:"),
        (("a.txt:4-7", ""), "say which; there are reading:"),
    ],
)
def test_rules_new_refuses_what_names_no_place_or_kind(
    arguments: tuple[str, str], says: str
) -> None:
    command = ["rules", "new", "--from", arguments[0], "--finds", arguments[1]]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert says in " ".join(result.output.replace("│", " ").split())
