from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.extraction import Extractor
from pipeline.record import record_of
from pipeline.rulebook import Rulebook, load_rulebook
from pipeline.tuning.explaining import StageExplanation, explain, explain_stage
from pipeline.tuning.nearest import nearest
from tests.conftest import MakeArticle, unparsed

DAY = "2025-06-03"
PARSED = """\
lexicons:
  charges: [charge, tariff]
rules:
  - id: origin-of-charge
    note: An adjective, then a charge.
    finds: mine
    tokens: [[{POS: ADJ}, {LEMMA: {IN: '{{charges}}'}}]]
    matches:
      - {text: 'They fear [[Chinese tariffs]].'}
    rejects:
      - {text: 'They fear tariffs.', why: no adjective}
  - id: charge-imposed
    note: A charge that is imposed.
    finds: mine
    tree:
      - {RIGHT_ID: act, RIGHT_ATTRS: {LEMMA: impose}}
      - {LEFT_ID: act, REL_OP: '>', RIGHT_ID: levy, RIGHT_ATTRS: {DEP: dobj, LEMMA: tariff}}
    matches:
      - {text: 'Oslo [[imposed tariffs]].'}
    rejects:
      - {text: 'Oslo imposed it.', why: no charge}
"""


def told(
    extractor: Extractor, text: str, words: str, stage: str, published: str | None = DAY
) -> StageExplanation:
    """What one stage makes of the first place of these words."""
    found = extractor.found(unparsed(text, published=published))
    record = record_of(found, extractor.receipt)
    start = text.index(words)
    (asked,) = (each for each in extractor.stages if each.name == stage)
    book = extractor.rules.books[stage]
    return explain_stage(asked, book, found, record, (start, start + len(words)))


def steps(stage: StageExplanation) -> list[tuple[str, str, str]]:
    return [(step.about, step.step, step.said) for step in stage.steps]


def said(stage: StageExplanation, step: str) -> list[str]:
    return [each.said for each in stage.steps if each.step == step]


def near(stage: StageExplanation) -> dict[str, str]:
    return {miss.rule: miss.said for miss in stage.near}


@pytest.fixture(scope="module")
def parsed_rules(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "quotes.yaml").write_text(PARSED, encoding="utf-8")
    book = load_rulebook("quotes", folder)
    mine = tuple(rule for rule in book.rules if rule.users)
    return Rulebook("quotes", book.lexicons, book.atoms, mine, book.digest)


# Regex --------------------------------------------------------------------------------------------


def test_a_regex_rule_tells_its_words_and_pieces(extractor: Extractor) -> None:
    found = told(extractor, "Ghana put a 12% duty on onions.", "12%", "tariffs")
    (fired,) = [each for each in found.fired if each.rule == "tariffs/rate-before-levy"]
    assert (fired.words, fired.used, fired.why_not) == ("12% duty", True, "")
    assert fired.slots == {"rate": "12%", "levy": "duty"}


def test_a_regex_rule_that_comes_near_tells_what_it_needed_and_met(extractor: Extractor) -> None:
    found = told(extractor, "A fee of 3% hits shippers in Tema.", "3%", "tariffs")
    assert near(found)["tariffs/levy-then-rate"] == (
        "before 'fee of 3%' it needs a word of levy (tariff, tariffs, duty, …), met *A*"
    )
    assert ("'3%'", "rate", "no rate: no rule of the kind `rate` takes it") in steps(found)


def test_a_rule_against_a_rate_is_named(extractor: Extractor) -> None:
    text = "Imports of tea fell, a 10.4% drop in volume, after the duty."
    found = told(extractor, text, "10.4%", "tariffs")
    (verdict,) = said(found, "rate")
    assert verdict == "no rate: told against by tariffs/change-in-something"
    (fired,) = [each for each in found.fired if each.rule == "tariffs/change-in-something"]
    assert fired.why_not == "it says of a number that it is no rate"


def test_a_match_that_a_longer_one_beats_names_it(extractor: Extractor) -> None:
    found = told(extractor, "The duty starts on April 1, 2026.", "April 1, 2026", "dates")
    beaten = {each.rule: each.why_not for each in found.fired if not each.used}
    assert beaten["dates/bare-month"] == ("dates/month-day-year takes more words: 'April 1, 2026'")


# Tokens, trees and frames -------------------------------------------------------------------------


def test_a_token_rule_tells_the_word_that_fails_from_either_side(
    parsed_rules: Rulebook, article: MakeArticle
) -> None:
    text = "They fear Chinese officials."
    (miss,) = nearest(parsed_rules, article(text), (text.index("Chinese"), text.index(" off")))
    assert miss.rule == "quotes/origin-of-charge"
    assert miss.said.startswith("after 'Chinese' it needs a word with lemma one of charge, tariff,")
    assert "met *officials* (lemma official, NOUN" in miss.said
    text = "They fear the tariffs."
    misses = nearest(parsed_rules, article(text), (text.index("tariffs"), len(text) - 1))
    assert misses[0].said.startswith("before 'tariffs' it needs a word with part of speech ADJ")


def test_a_tree_rule_tells_the_node_that_is_missing_and_what_stands_there(
    parsed_rules: Rulebook, article: MakeArticle
) -> None:
    text = "Oslo imposed a curfew."
    place = (text.index("imposed"), len(text) - 1)
    misses = {miss.rule: miss for miss in nearest(parsed_rules, article(text), place)}
    miss = misses["quotes/charge-imposed"]
    assert miss.needs == ("levy, below 'imposed': a word with syntactic role dobj and lemma tariff")
    assert "*curfew* (lemma curfew, NOUN, dobj)" in miss.met


def test_a_verb_that_is_in_no_list_is_named_where_a_frame_would_hold(
    extractor: Extractor,
) -> None:
    found = told(extractor, "“They want a fight,” she hollered.", "hollered", "quotes")
    assert found.found == []
    assert "at 'hollered' it needs a verb of its list" in near(found)["quotes/says-quotation"]


# Word lists ---------------------------------------------------------------------------------------


def test_a_word_list_is_named_with_its_place_and_what_it_knows(extractor: Extractor) -> None:
    found = told(extractor, "Kenya put a duty on sugar.", "Kenya", "entities")
    (entry,) = [each for each in found.listed if each.list == "countries/countries"]
    assert (entry.file, entry.word, entry.known, entry.needs) == (
        "countries.yaml", "Kenya", "KEN", "",
    )  # fmt: skip
    assert entry.line > 1


def test_an_entry_that_stands_there_only_in_part_tells_the_rest(extractor: Extractor) -> None:
    found = told(extractor, "He went to Burkina on Friday.", "Burkina", "entities")
    needs = {each.word: each.needs for each in found.listed}
    assert needs["Burkina Faso"] == "'faso' after 'burkina'"


def test_a_name_is_told_with_the_rule_that_found_it(extractor: Extractor) -> None:
    found = told(extractor, "Ana Sousa of Lotus Securities went to Kenya.", "Kenya", "entities")
    assert [said for _, _, said in steps(found)] == ["'Kenya', a name, by countries/countries"]


def test_of_furniture_only_the_reading_room_is_told(extractor: Extractor) -> None:
    text = "Kenya put a duty on sugar.\n\nRead more: How tariffs work"
    article = replace(unparsed(text), boilerplate=extractor.rules.furniture.of(text))
    start = text.index("How")
    made = explain(extractor, article, (start, start + 3))
    assert [stage.stage for stage in made.stages] == ["reading"]
    assert [each.rule for each in made.stages[0].fired] == ["reading/link-to-story"]


# Status -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Kenya imposed a 25% duty on sugar.", "in-force: 'imposed' is told as done"),
        ("Kenya will impose a 25% duty on sugar.", "announced: 'will' puts it in the future"),
        (
            "Kenya threatened to impose a 25% duty on sugar.",
            "threatened: 'threaten' threatens",
        ),
        ("Kenya may impose a 25% duty on sugar.", "proposed: 'may' leaves it open"),
        (
            "Kenya will not impose a 25% duty on sugar.",
            "denied: the act is negated by 'not'",
        ),
        (
            "The 25% duty on sugar is the highest in Kenya.",
            "in-force: it is merely stated, without a word of an act",
        ),
        (
            "Kenya will impose a 25% duty on sugar if Zambia does not relent.",
            "threatened: an if- or unless-clause hangs on the act",
        ),
    ],
)
def test_the_sign_that_decides_a_status_is_named(
    extractor: Extractor, text: str, status: str
) -> None:
    assert said(told(extractor, text, "25%", "tariffs"), "status") == [status]


def test_a_mention_of_which_no_measure_comes_tells_what_it_lacks(extractor: Extractor) -> None:
    found = told(extractor, "Farmers fear that a tariff was imposed.", "tariff", "tariffs")
    assert found.found == []
    (lacks,) = said(found, "measure")
    assert lacks.startswith("none comes of it: it lacks a rate and an implementer")
    none = told(extractor, "Farmers got 5% less rain.", "5%", "tariffs")
    assert said(none, "levy") == ["no levy noun stands in it (tariff, tariffs, duty, …)"]


# Speakers and references --------------------------------------------------------------------------

TALKS = (
    "Trade Minister Grace Wanjiru met Paul Otieno in Mombasa. “We will wait,” she said. "
    "Somebody close to the talks added that they had stalled."
)


def test_a_speaker_is_followed_from_the_cue_to_the_entity(extractor: Extractor) -> None:
    quotes = told(extractor, TALKS, "she said", "quotes")
    assert said(quotes, "cue")[0].startswith("'said', of the list says")
    assert said(quotes, "speaker") == ["'she' (stated), before the cue, the subject of 'said'"]
    (entity,) = said(quotes, "entity")
    assert entity.endswith("Grace Wanjiru: a pronoun, by references/pronouns-of-women")
    references = told(extractor, TALKS, "she said", "references")
    assert any("Grace Wanjiru, prominence" in each for each in said(references, "can mean"))
    assert any(each.endswith("Paul Otieno: a man") for each in said(references, "cannot mean"))


def test_a_speaker_whom_nobody_knows_is_said_to_be_so(extractor: Extractor) -> None:
    quotes = told(extractor, TALKS, "they had stalled", "quotes")
    assert said(quotes, "entity") == [
        "nobody known: no mention of an entity stands in 'Somebody close to the talks'"
    ]


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("It is unclear what Chile will do.", "It", "nothing: it only fills the place of a clause"),
        ("He left early.", "He", "nobody: no person is named before it"),
        (
            "The company did not comment.",
            "company",
            "nothing: a word of nouns-of-firms, but nobody named before it fits",
        ),
    ],
)
def test_a_word_that_stands_for_nothing_says_why(
    extractor: Extractor, text: str, words: str, why: str
) -> None:
    assert said(told(extractor, text, words, "references"), "stands for") == [why]


# Dates --------------------------------------------------------------------------------------------


def test_a_date_is_followed_from_its_words_through_its_anchor_to_its_value(
    extractor: Extractor,
) -> None:
    text = "Peru raised the duty on April 3, 2024. A month later it was cut, officials said."
    dates = told(extractor, text, "A month later", "dates")
    assert steps(dates) == [
        ("d2", "read", "'A month later' says 1 month(s) after what it is counted from"),
        ("d2", "anchor", "counted from d1, 'April 3, 2024' = 2024-04-03"),
        ("d2", "value", "DATE 2024-05, 2024-05-01 to 2024-05-31"),
    ]


def test_a_date_without_a_year_tells_where_its_clause_looks(extractor: Extractor) -> None:
    dates = told(extractor, "The duty will take effect on July 1.", "July 1", "dates")
    assert said(dates, "look") == ["the clause looks ahead"]
    assert said(dates, "anchor") == ["counted from the publication date, 2025-06-03 (given)"]
    assert said(dates, "value") == ["DATE 2025-07-01, 2025-07-01 to 2025-07-01"]


def test_a_date_that_stays_open_says_what_is_missing(extractor: Extractor) -> None:
    dates = told(extractor, "The duty fell last month.", "last month", "dates", published=None)
    (value,) = said(dates, "value")
    assert "no publication date to count from (--published)" in value


def test_words_that_match_and_are_no_date_say_why(extractor: Extractor) -> None:
    text = "May the best exporter win."
    assert steps(told(extractor, text, "May", "dates")) == [
        ("'May'", "refused", "dates/bare-month matches, but the word is a verb here")
    ]


# The command --------------------------------------------------------------------------------------


def test_explain_prints_found_fired_steps_lists_and_near(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Ghana may put a 12% duty on onions.\n", encoding="utf-8")
    command = ["explain", str(path), "--text", "12%", "--published", DAY]
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, command)
    assert shown.exit_code == 0
    for line in (
        "  found  t1: ",
        "  fired  tariffs/rate-before-levy: '12% duty'",
        "         status: proposed: 'may' leaves it open",
        "  near   ",
    ):
        assert line in shown.stdout
