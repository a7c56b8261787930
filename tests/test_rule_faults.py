from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.examples import faults_of
from pipeline.parsing import Parser
from pipeline.rulebook import load_rulebook
from pipeline.rulefile import RuleFault
from pipeline.showing import fault_parts
from pipeline.stages.tariffs import Tariffs
from pipeline.tuning.faults import report_of

RULE = """\
lexicons:
  my-levies: [tariff, duty]
rules:
  - id: my-rate
    finds: my
    note: A rate, then a levy.
    regex: '(?P<rate> \\d+ ) \\s? % \\s {{my-levies}} (?: \\s on \\s \\w+ )?'
    gives: {unit: percent}
"""
GOOD = """\
    matches:
      - {text: 'Ghana has a [[9% duty]].'}
    rejects:
      - {text: 'Ghana has a duty.', why: no rate}
"""
TOKENS = """\
rules:
  - id: my-tokens
    note: A levy.
    tokens: [[{LEMMA: duty}]]
"""


def shown(folder: Path, parse: Parser, content: str, *, color: bool = False) -> str:
    """What `rules check` prints of a folder with this rule file."""
    (folder / "tariffs.yaml").write_text(content, encoding="utf-8")
    faults: list[RuleFault] = []
    books = {}
    try:
        books["tariffs"] = load_rulebook("tariffs", folder)
        stage = Tariffs(books["tariffs"])
        for rule in books["tariffs"].rules:
            if rule.users:
                faults += faults_of(rule, stage, earlier=[], parse=parse)
    except RuleFault as raised:
        faults = [raised]
    page = StringIO()
    console = Console(
        file=page, width=90, highlight=False, soft_wrap=True, force_terminal=color, no_color=False,
        _environ={"TERM": "xterm"},
    )  # fmt: skip
    for fault in faults:
        for part in fault_parts(report_of(fault, books), console.width):
            console.print(part)
    return page.getvalue()


def place_of(content: str, words: str) -> str:
    """File, line and column of the first of these words, as they stand in the file."""
    at = content.index(words)
    return f"tariffs.yaml:{content.count(chr(10), 0, at) + 1}:{at - content.rfind(chr(10), 0, at)}"


@pytest.mark.parametrize(
    ("examples", "at", "says"),
    [
        (
            """\
    matches:
      - {text: 'Peru''s office set a [[25% tariff]] on cars, officials said.'}
    rejects:
      - {text: 'Ghana has a duty.', why: no rate}
""",
            "on cars",
            """\
: tariffs/my-rate: matches: found too long
    Peru's office set a 25% tariff on cars, officials said.
                                   ^^^^^^^
    expected  '25% tariff'
    found     '25% tariff on cars'
    to do     stop the pattern before 'on cars', or move the [[ ]] of the example
""",
        ),
        (
            """\
    matches:
      - text: >-
          Lima's customs office keeps
          a [[4% duty on rice and beans]] for now.
    rejects:
      - {text: 'Ghana has a duty.', why: no rate}
""",
            "and beans",
            """\
: tariffs/my-rate: matches: found too short
    Lima's customs office keeps a 4% duty on rice and beans for now.
                                                  ^^^^^^^^^
    expected  '4% duty on rice and beans'
    found     '4% duty on rice'
    to do     let the pattern go on over 'and beans', or move the [[ ]] of the example
""",
        ),
        (
            """\
    matches:
      - {text: 'A 7% tariff came, and nobody saw [[the duty]].'}
    rejects:
      - {text: 'Ghana has a duty.', why: no rate}
""",
            "the duty]]",
            """\
: tariffs/my-rate: matches: found elsewhere
    A 7% tariff came, and nobody saw the duty.
      ~~~~~~~~~                      ^^^^^^^^
    expected  'the duty'
    found     '7% tariff'
    to do     before 'duty' it needs '%', met *the*; widen the pattern, or move the sentence to \
misses with a why
""",
        ),
        (
            """\
    matches:
      - {text: "Riga\\u2019s \\"port\\" saw a [[10% drop]]."}
    rejects:
      - {text: 'Ghana has a duty.', why: no rate}
""",
            "10% drop",
            """\
: tariffs/my-rate: matches: not found
    Riga’s "port" saw a 10% drop.
                        ^^^^^^^^
    expected  '10% drop'
    found     nothing
    to do     after '10%' it needs a word of my-levies (tariff, duty), met *drop*; widen the \
pattern, or move the sentence to misses with a why
""",
        ),
        (
            """\
    matches:
      - text: 'Ghana has a [[9% duty]].'
        gives: {rate: 8, unit: percent}
    rejects:
      - {text: 'Ghana has a duty.', why: no rate}
""",
            "9% duty",
            """\
: tariffs/my-rate: matches: gives another value
    Ghana has a 9% duty.
                ^
    expected  rate = 8
    found     rate = 9
    to do     mend the pattern or its gives, or the gives of the example
""",
        ),
        (
            """\
    matches:
      - {text: 'Ghana has a [[9% duty]].'}
    rejects:
      - {text: 'Shares fell after a 25% tariff.', why: a fall}
""",
            "25% tariff.",
            """\
: tariffs/my-rate: rejects: fires, and must not
    Shares fell after a 25% tariff.
                        ^^^^^^^^^^
    expected  nothing: a fall
    found     '25% tariff'
    to do     make the rule narrower, or take the sentence out of rejects if it should match
""",
        ),
        (
            GOOD
            + """\
    misses:
      - {text: 'Togo wants a [[3% duty]].', why: not yet}
""",
            "3% duty",
            """\
: tariffs/my-rate: misses: is right now
    Togo wants a 3% duty.
                 ^^^^^^^
    found     '3% duty'
    to do     move the sentence from misses to matches, without its why
""",
        ),
    ],
)  # fmt: skip
def test_an_example_that_fails_is_shown_with_carets_under_the_words_that_differ(
    tmp_path: Path, parser: Parser, examples: str, at: str, says: str
) -> None:
    assert shown(tmp_path, parser, RULE + examples) == place_of(RULE + examples, at) + says


@pytest.mark.parametrize(
    ("content", "at", "says"),
    [
        (
            (RULE + GOOD).replace("    note:", "    noet:"),
            "noet",
            """\
: rules.0.noet: no such key; did you mean 'note'?
        noet: A rate, then a levy.
        ^^^^
""",
        ),
        (
            (RULE + GOOD).replace("{{my-levies}}", "{{my-levis}}"),
            "my-levis",
            """\
: rules.0.regex: rule 'my-rate': no atom or lexicon 'my-levis'; did you mean \
'my-levies'?
        regex: '(?P<rate> \\d+ ) \\s? % \\s {{my-levis}} (?: \\s on \\s \\w+ )?'
                                           ^^^^^^^^
""",
        ),
        (
            (RULE + GOOD).replace("\\s? %", "\\s? [z-a]"),
            "] \\s {{my",
            """\
: rules.0.regex: rule 'my-rate': faulty regex: bad character range
        regex: '(?P<rate> \\d+ ) \\s? [z-a] \\s {{my-levies}} (?: \\s on \\s \\w+ )?'
                                        ^
""",
        ),
        (
            (TOKENS + GOOD).replace("LEMMA", "LEMA"),
            "LEMA",
            """\
: rules.0.tokens: rule 'my-tokens': LEMA: no such attribute of a token; did you \
mean 'LEMMA'?
        tokens: [[{LEMA: duty}]]
                   ^^^^
""",
        ),
        (
            (RULE + GOOD).replace("    rejects:", "    reject:"),
            "reject:",
            """\
: rules.0.reject: no such key; did you mean 'rejects'?
        reject:
        ^^^^^^
""",
        ),
        (
            (RULE + GOOD).replace("{unit: percent}", "{unit: percent"),
            ":\n      - {text",
            """\
: (yaml): did not find expected ',' or '}' (while parsing a flow mapping that \
begins on line 8)
        matches:
               ^
""",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_file_is_shown_with_a_caret_under_what_is_wrong(
    tmp_path: Path, parser: Parser, content: str, at: str, says: str
) -> None:
    assert shown(tmp_path, parser, content) == place_of(content, at) + says


def test_a_fault_is_in_colour_on_a_terminal_alone(tmp_path: Path, parser: Parser) -> None:
    content = (RULE + GOOD).replace("    note:", "    noet:")
    assert "\x1b[" not in shown(tmp_path, parser, content)
    assert "\x1b[1;31m        ^^^^" in shown(tmp_path, parser, content, color=True)


def test_a_long_sentence_is_broken_and_its_carets_with_it(tmp_path: Path, parser: Parser) -> None:
    sentence = "Officials in the port of Tema said again on Friday that it might yet be best, "
    examples = GOOD.replace("Ghana has", sentence + "all things considered, that Ghana has")
    lines = shown(tmp_path, parser, RULE + examples.replace("9% duty]]", "9%]] duty")).splitlines()
    under = next(number for number, line in enumerate(lines) if "^" in line)
    at = slice(lines[under].index("^"), len(lines[under]))
    assert lines[under - 1][at] == "duty"
    assert all(len(line) <= 90 for line in lines[1:under])


def test_rules_check_tells_programs_of_each_file_in_json_and_ends_with_1(tmp_path: Path) -> None:
    content = (RULE + GOOD).replace("    note:", "    noet:")
    for name in ("tariffs", "dates"):
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    result = CliRunner().invoke(app, ["rules", "check", "--rules", str(tmp_path), "--json"])
    assert result.exit_code == 1
    dates, told = (json.loads(line) for line in result.stdout.splitlines())
    assert (dates["file"], dates["line"]) == ("dates.yaml", 6)
    assert (told["file"], told["line"], told["column"]) == ("tariffs.yaml", 6, 5)
    assert told["problem"] == "no such key; did you mean 'note'?"
    ((start, end),) = told["differing"]
    assert told["text"][start:end] == "noet"
