"""Quotes: what was said, by whom, and by which word it is reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.article import Article
from pipeline.examples import faults_of
from pipeline.extraction import Extractor
from pipeline.findings import Quote
from pipeline.parsing import Parser
from pipeline.reading import read
from pipeline.rulebook import load_rulebook
from pipeline.stages.quotes import Quotes
from tests.conftest import MakeArticle
from tests.golden_differences import differences, unlisted_and_stale
from tests.goldens import GOLDEN, load

Find = Callable[[str], list[Quote]]


@pytest.fixture(scope="module")
def stage() -> Quotes:
    return Quotes(load_rulebook("quotes"))


@pytest.fixture
def find(stage: Quotes, article: MakeArticle) -> Find:
    return lambda text: list(stage(article(text)))


def said(quotes: list[Quote]) -> list[tuple[str, str | None, str | None]]:
    """Content, speaker and cue."""
    return [
        (q.text, q.speaker.span.text if q.speaker else None, q.cue.lemma if q.cue else None)
        for q in quotes
    ]


def test_each_rule_does_what_its_examples_say(stage: Quotes, parser: Parser) -> None:
    faults = [
        f for rule in stage.rules.rules for f in faults_of(rule, stage, earlier=[], parse=parser)
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "content", "speaker", "cue"),
    [
        ("“We wait,” the minister said.", "We wait", "the minister", "say"),
        ("“We wait,” said trade minister Ada Obi.", "We wait", "trade minister Ada Obi", "say"),
        ("Ada Obi told parliament: “We wait.”", "We wait.", "Ada Obi", "tell"),
        ("“Is that fair?” Mr. Lund asked.", "Is that fair?", "Mr. Lund", "ask"),
        (
            "“We wait,” Ms. Lee, a dairy farmer who lives in Ohio, said.",
            "We wait",
            "Ms. Lee",
            "say",
        ),
        ("Ms. Lee was angry: “No.”", "No.", "Ms. Lee", "be"),
        ("Prices will rise, the bank warned on Monday.", "Prices will rise", "the bank", "warn"),
        ("The levies, said Mr. Berg, are legal.", "The levies … are legal.", "Mr. Berg", "say"),
        ("A deal is near, according to Ms. Lee.", "A deal is near", "Ms. Lee", "according to"),
        ("According to Ms. Lee, a deal is near.", "a deal is near.", "Ms. Lee", "according to"),
        ("Lima denied that it had lied.", "that it had lied", "Lima", "deny"),
        (
            "Ms. Lee issued a statement saying the port was shut.",
            "the port was shut",
            "Ms. Lee",
            "say",
        ),
        ("Beijing, Mr. Xu said, “will answer.”", "Beijing … will answer.", "Mr. Xu", "say"),
    ],
)
def test_a_sentence_gives_content_speaker_and_cue(
    find: Find, text: str, content: str, speaker: str, cue: str
) -> None:
    assert said(find(text)) == [(content, speaker, cue)]


@pytest.mark.parametrize(
    "text",
    [
        "Officials did not say why the talks had failed.",
        "The ministry declined to comment.",
        "Neither side would say when they meet again.",
        "The so-called “reciprocal” rate is not new.",
        "He appeared on “Morning in Lagos” before the vote.",
        "Small firms have no say in it.",
        "In her memoir, “Salt Years,” Ms. Dahl left out the levy.",
        "Photo: A. Wong",
        "BREAKING: Duties on cars",
        "Economists believe that prices will rise.",
    ],
)
def test_what_nobody_says_is_no_quote(find: Find, text: str) -> None:
    assert find(text) == []


def test_the_parts_around_an_attribution_are_one_quote(find: Find) -> None:
    (quote,) = find("“The levy,” Ms. Okafor said, “helps nobody.”")
    assert [span.text for span in quote.spans] == ["The levy", "helps nobody."]
    assert quote.kind == "direct"


def test_speech_that_runs_over_paragraphs_is_one_quote(find: Find) -> None:
    (quote,) = find("“We wrote letters,” the premier said. “Nothing moved.\n\n“Now we act.”")
    assert [span.text for span in quote.spans] == [
        "We wrote letters",
        "Nothing moved.",
        "Now we act.",
    ]


def test_quoted_words_in_a_paraphrase_make_it_mixed(find: Find) -> None:
    (quote,) = find("Mr. Aziz called the plan “a gift to smugglers.”")
    assert (quote.kind, quote.text) == ("mixed", "the plan “a gift to smugglers.”")


def test_a_participle_goes_on_with_the_same_speaker(find: Find) -> None:
    quotes = find("Ms. Ito said the port was full, adding that ships were waiting.")
    assert said(quotes) == [
        ("the port was full", "Ms. Ito", "say"),
        ("that ships were waiting", "Ms. Ito", "add"),
    ]


def test_quoted_speech_after_indirect_speech_is_a_quote_of_its_own(find: Find) -> None:
    quotes = find("Ms. Ito said the port was full. “We have no room left.”")
    assert [(q.kind, q.text) for q in quotes] == [
        ("indirect", "the port was full"),
        ("direct", "We have no room left."),
    ]
    assert [q.speaker.basis for q in quotes if q.speaker] == ["stated", "inherited"]


def test_a_dateline_is_no_part_of_what_is_said(find: Find) -> None:
    (quote,) = find("OSLO, Norway — Prices will rise, the central bank said.")
    assert quote.text == "Prices will rise"


def test_transcript_labels_speak(find: Find) -> None:
    quotes = find("HOLM: We are not leaving.\n\nREPORTER: What about cars?\n")
    assert said(quotes) == [
        ("We are not leaving.", "HOLM", ":"),
        ("What about cars?", "REPORTER", ":"),
    ]


def test_spans_stand_in_the_source(find: Find) -> None:
    text = "“We wait,” said Ada Obi. Beijing said “no” was “not an answer”."
    for quote in find(text):
        for span in quote.spans:
            assert text[span.start : span.end] == span.text


def test_the_golden_row_over_cod_is_read_as_a_person_reads_it(extractor: Extractor) -> None:
    golden = load(GOLDEN / "articles" / "speech-row-cod.yaml")
    (article,) = read(
        [GOLDEN / "articles" / "speech-row-cod.txt"], furniture=extractor.rules.furniture
    )
    assert isinstance(article, Article)
    unlisted, stale = unlisted_and_stale(golden, differences(golden, extractor(article)))
    assert (unlisted, stale) == ([], [])
