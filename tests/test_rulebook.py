from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.patterns import RegexPattern
from pipeline.rulebook import Match, Rulebook, check_overlay, load_rulebook, longest, matches_of
from pipeline.rulefile import RuleFault, unmarked
from tests.conftest import MakeArticle, unparsed

HEAD = """\
lexicons:
  levies: [tariff, import duty, levy]
  impose: [impose, slap]
atoms:
  number: {regex: '(?P<rate> \\d{1,3}+ )', note: '25'}
"""
RULE = """\
rules:
  - id: rate-before-levy
    note: The usual wire phrasing.
    finds: rate
    regex: '{{number}} \\s? % \\s {{levies}} s?'
    gives: {unit: percent}
    matches:
      - {text: 'It set a [[25% tariff]].', gives: {rate: 25, unit: percent}}
    rejects:
      - {text: 'Shares fell 25% after tariffs.', why: a fall in price}
"""


def book(folder: Path, content: str, *, stage: str = "tariffs") -> Rulebook:
    """The book of a stage whose only rules are `content`, laid over a file that has none."""
    (folder / f"{stage}.yaml").write_text(content, encoding="utf-8")
    return load_rulebook(stage, folder)


def users(loaded: Rulebook) -> list[str]:
    return [rule.id for rule in loaded.rules if rule.users]


def fault(folder: Path, content: str) -> str:
    with pytest.raises(RuleFault) as raised:
        book(folder, content)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def found(loaded: Rulebook, text: str) -> list[tuple[str, str | None]]:
    article = unparsed(text)
    matches = [m for rule in loaded.rules if rule.users for m in matches_of(rule, article)]
    return [(text[m.start : m.end], m.words(article, "rate")) for m in matches]


def test_a_regex_rule_finds_its_words_through_atoms_and_lexicons(tmp_path: Path) -> None:
    loaded = book(tmp_path, HEAD + RULE)
    assert users(loaded) == ["tariffs/rate-before-levy"]
    assert found(loaded, "A 25% tariff, 5 %  duty, 7%\u00a0import\nduty.") == [
        ("25% tariff", "25"),
        ("7%\u00a0import\nduty", "7"),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("    note: The usual", "    noet: The usual"),
            "tariffs.yaml:8:5: rules.0.noet: no such key; did you mean 'note'?",
        ),
        (
            ("{{levies}}", "{{levys}}"),
            "tariffs.yaml:10:5: rules.0.regex: rule 'rate-before-levy': no atom",
        ),
        (("{{number}} \\s?", "((\\s?"), "tariffs.yaml:10:5: rules.0.regex: rule"),
        (
            ("[[25% tariff]]", "25% tariff"),
            "tariffs.yaml:13:10: rules.0.matches.0.text: mark the answer",
        ),
        (
            ("[[25% tariff]]", "[[25% tariff"),
            "tariffs.yaml:13:10: rules.0.matches.0.text: an opening",
        ),
        (
            ("id: rate-before-levy", "id: Rate 1"),
            "tariffs.yaml:7:5: rules.0.id: String should match",
        ),
        (
            ("why: a fall in price", "wy: a fall"),
            "tariffs.yaml:15:50: rules.0.rejects.0.wy: no such key; did you mean 'why'?",
        ),
        (("    finds: rate\n", "    tokens: [[{LOWER: x}]]\n"), "exactly one of regex, tokens"),
        (("{{number}} \\s?", "(?P<rate> (?: \\d+ )+ ) \\s?"), "dangerous regex"),
        (("rules:", "rules: ["), "tariffs.yaml:7:3: (yaml)"),
        (
            ("    note: The usual wire phrasing.", "    note: a\n    note: b"),
            "tariffs.yaml:9:5: rules.0.note: stands here twice",
        ),
        (
            ("why: a fall in price", "why: a fall, in price"),
            "tariffs.yaml:15:63: rules.0.rejects.0.in price: has no value; put what holds a comma",
        ),
    ],
)
def test_a_fault_is_one_line_with_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    assert change[0] in HEAD + RULE
    content = (HEAD + RULE).replace(*change)
    assert says in fault(tmp_path, content)


def test_a_rule_without_a_counterexample_does_not_load(tmp_path: Path) -> None:
    without = (HEAD + RULE).split("    rejects:")[0]
    assert "rules.0.rejects" in fault(tmp_path, without)


def test_words_like_no_and_on_stay_words(tmp_path: Path) -> None:
    loaded = book(tmp_path, "lexicons:\n  odd-words: {NO: NOR, on: x, off: 1, 'yes': 2}\n")
    assert dict(loaded.lexicons["odd-words"]) == {"NO": "NOR", "on": "x", "off": 1, "yes": 2}


def test_a_users_lexicon_adds_and_removes_words(tmp_path: Path) -> None:
    plain = load_rulebook("reading")
    name, words = next((n, w) for n, w in plain.lexicons.items() if w)
    gone = next(iter(words))
    content = f"lexicons:\n  {name}: [zzyzx]\nremove:\n  {name}: ['{gone}']\n"
    laid = book(tmp_path, content, stage="reading")
    assert "zzyzx" in laid.lexicons[name]
    assert gone not in laid.lexicons[name]
    assert laid.digest != plain.digest


def test_a_users_rule_replaces_ours_by_its_id_or_switches_it_off(tmp_path: Path) -> None:
    plain = load_rulebook("reading")
    first = plain.rules[0].id.split("/")[1]
    off = book(tmp_path, f"rules:\n  - {{id: {first}, off: true}}\n", stage="reading")
    assert [r.id for r in off.rules] == [r.id for r in plain.rules[1:]]
    replaced = book(tmp_path, HEAD + RULE.replace("rate-before-levy", first), stage="reading")
    assert [r.id for r in replaced.rules] == [r.id for r in plain.rules]
    assert users(replaced) == [f"reading/{first}"]


def test_switching_off_a_rule_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert "no rule 'nothing' to switch off" in fault(
        tmp_path, "rules:\n  - {id: nothing, off: true}\n"
    )


def test_a_users_folder_with_a_file_no_stage_reads_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "tarrifs.yaml").write_text("rules: []\n", encoding="utf-8")
    with pytest.raises(RuleFault, match="no stage reads this file"):
        check_overlay(tmp_path, ["tariffs"])
    with pytest.raises(RuleFault, match="no such folder"):
        check_overlay(tmp_path / "none", ["tariffs"])


def test_the_longest_match_wins_then_the_order_in_the_file(tmp_path: Path) -> None:
    loaded = book(
        tmp_path,
        HEAD
        + RULE
        + RULE.split("\n", 1)[1]
        .replace("rate-before-levy", "rate")
        .replace(" \\s {{levies}} s?", "")
        .replace("25% tariff]]", "25%]] tariff")
        .replace("Shares fell 25%", "Shares fell 25 pct"),
    )
    article = unparsed("A 25% tariff and 5%.")
    matches: list[Match] = [m for r in loaded.rules if r.users for m in matches_of(r, article)]
    assert len(matches) == 3
    assert [m.rule.id for m in longest(matches)] == ["tariffs/rate-before-levy", "tariffs/rate"]


def test_marks_are_taken_out_and_remembered() -> None:
    assert unmarked("It set a [[25% tariff]] now") == ("It set a 25% tariff now", ((9, 19),))
    with pytest.raises(ValueError, match="closing"):
        unmarked("]] x")


TOKENS = """\
rules:
  - id: nominal-levy
    note: A levy noun after an adjective of nationality.
    tokens:
      - [{POS: ADJ, as: origin}, {LEMMA: {IN: '{{levies}}'}, as: levy}]
    matches:
      - {text: 'They fear [[Chinese tariffs]].', gives: {origin: Chinese}}
    rejects:
      - {text: 'They fear tariffs.', why: nobody's}
"""


def test_a_token_rule_gives_the_pieces_it_names(tmp_path: Path, article: MakeArticle) -> None:
    loaded = book(tmp_path, HEAD + TOKENS)
    parsed = article("They fear Chinese tariffs.")
    (match,) = [m for r in loaded.rules if r.users for m in matches_of(r, parsed)]
    assert match.words(parsed, "origin") == "Chinese"
    assert match.words(parsed, "levy") == "tariffs"


def test_a_tree_rule_names_its_pieces_by_their_nodes(tmp_path: Path, article: MakeArticle) -> None:
    tree = (
        TOKENS.split("    tokens:", maxsplit=1)[0].replace("nominal", "tree")
        + """\
    tree:
      - {RIGHT_ID: act, RIGHT_ATTRS: {LEMMA: {IN: '{{impose}}'}}}
      - {LEFT_ID: act, REL_OP: '>', RIGHT_ID: levy, RIGHT_ATTRS: {DEP: dobj}}
    matches:
      - {text: 'Ottawa [[imposed tariffs]].', gives: {levy: tariffs}}
    rejects:
      - {text: 'They fear tariffs.', why: nobody imposed any}
"""
    )
    loaded = book(tmp_path, HEAD + tree)
    parsed = article("Ottawa imposed tariffs.")
    (match,) = [m for r in loaded.rules if r.users for m in matches_of(r, parsed)]
    assert match.words(parsed, "levy") == "tariffs"


def test_a_regex_is_tried_only_where_one_of_its_cues_stands() -> None:
    pattern = RegexPattern(r"\d+ \s % \s respectively", cues=("respectively",))
    assert [hit.start for hit in pattern.find("To 9 % Respectively")] == [3]
    assert not list(RegexPattern(pattern.source, cues=("each",)).find("To 9 % respectively"))
