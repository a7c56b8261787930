from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.article import Article
from pipeline.extraction import Extractor, Rules
from pipeline.parsing import Parser
from pipeline.tuning.parses import FindingCache, ParseCache
from pipeline.tuning.trial import Comparison, Trial
from tests.conftest import unparsed

LEVIED = "Norland put a 15% geldlevy on Canadian cheese, and Canada kept its 10% tariff on steel."
QUIET = "The harbour festival drew a record crowd, and the mayor thanked the volunteers."
WORDS = "lexicons:\n  levy: [{word}]\n  levy-lemma: [{word}]\n"
TryRules = Callable[[str], Comparison]


@pytest.fixture(scope="module")
def trial(extractor: Extractor, parser: Parser) -> Trial:
    return Trial([parser(with_id(LEVIED, "levied")), parser(with_id(QUIET, "quiet"))], extractor)


def with_id(text: str, id: str) -> Article:
    plain = unparsed(text)
    return Article(id=id, text=text, source=plain.source)


@pytest.fixture
def try_rules(trial: Trial, tmp_path: Path) -> TryRules:
    def compared(tariffs: str) -> Comparison:
        (tmp_path / "tariffs.yaml").write_text(tariffs, encoding="utf-8")
        return trial.against(Extractor(rules=Rules.load(tmp_path)))

    return compared


def test_a_new_word_touches_only_the_articles_that_hold_it(try_rules: TryRules) -> None:
    comparison = try_rules(WORDS.format(word="geldlevy"))
    assert [article.id for article in comparison.touched] == ["levied"]
    assert [article.id for article in comparison.rest] == ["quiet"]


def test_what_a_change_does_is_what_two_full_runs_differ_in(
    try_rules: TryRules, trial: Trial
) -> None:
    from pipeline.tuning.comparing import compare

    comparison = try_rules(WORDS.format(word="geldlevy"))
    for article in trial.articles:
        in_full = list(compare(trial.base(article), comparison.after(article)))
        assert comparison.changes(article) == in_full
    assert any(c.field.startswith("tariffs") for c in comparison.of(comparison.touched))


def test_a_word_that_no_article_holds_touches_none(try_rules: TryRules) -> None:
    assert try_rules(WORDS.format(word="zollaufschlag")).touched == ()


def test_rules_that_are_the_same_have_nothing_to_try(trial: Trial) -> None:
    comparison = trial.against(Extractor(rules=Rules.load()))
    assert (comparison.touched, comparison.rest) == ((), ())
    assert comparison.faults() == []


def test_a_parse_from_the_cache_has_the_annotations_of_a_new_one(
    parser: Parser, tmp_path: Path
) -> None:
    cache = ParseCache(tmp_path, parser)
    (made,) = cache.parsed([unparsed(LEVIED)])
    (kept,) = cache.parsed([unparsed(LEVIED)])
    assert kept.doc is not made.doc
    for a, b in zip(made.doc, kept.doc, strict=True):
        assert (a.text, a.idx, a.tag_, a.pos_, a.dep_, a.lemma_, a.head.i, a.ent_type_) == (
            b.text, b.idx, b.tag_, b.pos_, b.dep_, b.lemma_, b.head.i, b.ent_type_,
        )  # fmt: skip
        assert (a.ent_iob_, a.is_sent_start, str(a.morph)) == (
            b.ent_iob_, b.is_sent_start, str(b.morph),
        )  # fmt: skip


def test_a_damaged_parse_is_made_anew(parser: Parser, tmp_path: Path) -> None:
    cache = ParseCache(tmp_path, parser)
    list(cache.parsed([unparsed(LEVIED)]))
    (file,) = tmp_path.rglob("*.doc")
    whole = file.read_bytes()
    file.write_bytes(whole[:-7] + b"\0" * 7)
    (again,) = cache.parsed([unparsed(LEVIED)])
    assert again.doc.text == LEVIED
    assert file.read_bytes() == whole


def test_what_the_base_found_is_read_back_the_same_and_made_anew_where_it_is_damaged(
    extractor: Extractor, parser: Parser, tmp_path: Path
) -> None:
    parsed = parser(unparsed(LEVIED, published="2026-01-14"))
    cache = FindingCache(ParseCache(tmp_path, parser), extractor)
    made = cache.found(parsed)
    assert sum(made, ()) == extractor.found(parsed).findings
    assert cache.found(parsed) == made
    assert cache.path(parsed) != cache.path(parser(unparsed(LEVIED)))
    file = cache.path(parsed)
    file.write_bytes(file.read_bytes().replace(b"Canad", b"Norwa"))
    assert cache.found(parsed) == made
