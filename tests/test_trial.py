from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.article import Article
from pipeline.caches import UNUSED_DAYS, prune
from pipeline.extraction import Extractor, Rules
from pipeline.parsing import Parser
from pipeline.reading import RawArticle
from pipeline.tuning.comparing import compare
from pipeline.tuning.parses import FindingCache, ParseCache
from pipeline.tuning.trial import Comparison, Trial, read_by
from tests.conftest import unparsed

LEVIED = "Norland put a 15% geldlevy on Canadian cheese, and Canada kept its 10% tariff on steel."
QUIET = "The harbour festival drew a record crowd, and the mayor thanked the volunteers."
NOTICE = """Salt Duties Stir Old Harbour Fears

Ask the harbour desk: write to us by noon

Norland said on Monday that it would keep a 5% duty on the salt of Canada for another year.
"""
WORDS = "lexicons:\n  levy: [{word}]\n  levy-lemma: [{word}]\n"
LINE = """rules:
  - id: ask-the-desk
    finds: line
    note: The line that asks readers to write.
    regex: '{{line-start}} ask \\s the \\s \\w+ \\s desk: [^\\n]{0,80} {{line-end}}'
    matches:
      - {text: "[[Ask the trade desk: call us]]\\nOttawa said no to the new duties of the week."}
    rejects:
      - {text: 'They ask the trade desk for help.', why: a sentence}
"""
TryRules = Callable[..., Comparison]


@pytest.fixture(scope="module")
def trial(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    raws = (raw(LEVIED, "levied"), raw(QUIET, "quiet"), raw(NOTICE, "salt"))
    return Trial.of(raws, extractor, tmp_path_factory.mktemp("kept"))


def raw(text: str, id: str) -> RawArticle:
    return RawArticle(id=id, text=text, path=f"{id}.txt", sha256="0")


@pytest.fixture
def try_rules(trial: Trial, tmp_path: Path) -> TryRules:
    def compared(**texts: str) -> Comparison:
        for stem, text in texts.items():
            (tmp_path / f"{stem}.yaml").write_text(text, encoding="utf-8")
        return trial.against(Rules.load(tmp_path))

    return compared


def test_a_new_word_touches_only_the_articles_that_hold_it(try_rules: TryRules) -> None:
    comparison = try_rules(tariffs=WORDS.format(word="geldlevy"))
    assert [article.id for article in comparison.touched] == ["levied"]
    assert [article.id for article in comparison.rest] == ["quiet", "salt"]


@pytest.mark.parametrize(
    ("stem", "text", "field"),
    [
        ("tariffs", WORDS.format(word="geldlevy"), "tariffs"),
        ("reading", LINE, "boilerplate"),
        ("bodies", "lexicons: {bodies: [Old Harbour]}", "entities"),
    ],
)
def test_what_a_change_does_is_what_two_full_runs_differ_in(
    try_rules: TryRules, trial: Trial, stem: str, text: str, field: str
) -> None:
    comparison = try_rules(**{stem: text})
    after = Extractor(rules=comparison.after.rules)
    for article in trial.articles:
        read = read_by(after.rules, trial.raws[article.id])
        assert isinstance(read, Article)
        assert comparison.changes(article) == list(compare(trial.base(article), after(read)))
    assert any(c.field.startswith(field) for c in comparison.of(comparison.touched))


def test_an_article_is_parsed_anew_only_where_it_is_read_or_spelt_otherwise(
    try_rules: TryRules, trial: Trial
) -> None:
    by_id = {article.id: article for article in trial.articles}
    furniture = try_rules(reading=LINE)
    assert [article.id for article in furniture.touched] == ["salt"]
    assert furniture.reread(by_id["levied"]) is by_id["levied"]
    notice = furniture.reread(by_id["salt"])
    assert isinstance(notice, Article)
    assert "harbour desk" in by_id["salt"].doc.text
    assert "harbour desk" not in notice.doc.text


def test_a_name_that_headlines_keep_is_parsed_with_its_capitals(
    try_rules: TryRules, trial: Trial
) -> None:
    (notice,) = (article for article in trial.articles if article.id == "salt")
    names = try_rules(bodies="lexicons: {bodies: [Old Harbour]}")
    read = names.reread(notice)
    assert isinstance(read, Article)
    assert [read.doc.text.count("Old Harbour"), notice.doc.text.count("Old Harbour")] == [1, 0]
    assert names.touches(notice)


def test_an_article_that_is_all_furniture_is_lost_and_comes_back(
    extractor: Extractor, tmp_path: Path
) -> None:
    line = "Ask the harbour desk: write to us by noon"
    (tmp_path / "reading.yaml").write_text(LINE, encoding="utf-8")
    with_line = Rules.load(tmp_path)
    lines, kept = [raw(line, "line")], tmp_path / "kept"
    comparison = Trial.of(lines, extractor, kept).against(with_line)
    (lost,) = comparison.of(comparison.touched)
    assert (lost.kind, lost.severity, lost.field) == ("loss", "critical", "article")
    back = Trial.of(lines, extractor.with_rules(with_line), kept)
    assert [fault.error for fault in back.unreadable.values()] == ["only-furniture"]
    (gained,) = back.against(extractor.rules).gained()
    assert (gained.kind, gained.article) == ("gain", "line")


def test_examples_are_tried_where_their_rule_or_a_word_in_them_has_changed(
    try_rules: TryRules,
) -> None:
    assert try_rules(reading=LINE).verdicts() == (2, [])
    wrong = LINE.replace("[[Ask the trade desk: call us]]", "[[Call the desk]]")
    tried, (fault,) = try_rules(reading=wrong).verdicts()
    assert tried == 2
    assert "must match 'Call the desk', matches nothing" in str(fault)
    gone = try_rules(reading="", tariffs="remove: {levy: [tariff]}")
    promises = gone.edits["tariffs"].promises
    regexes = [example.text for rule, example in promises if rule.kind == "regex"]
    assert regexes
    assert all("tariff" in text.lower() for text in regexes)
    tried, faults = gone.verdicts()
    assert tried == len(promises)
    assert faults


def test_a_stage_reads_nothing_but_what_it_needs(extractor: Extractor, parser: Parser) -> None:
    article = parser(unparsed(NOTICE + LEVIED, published="2026-01-14"))
    for stage in extractor.stages:
        findings = tuple(f for f in article.findings if isinstance(f, tuple(stage.needs)))
        alone = replace(article, findings=findings)
        found = list(stage(article))
        assert list(stage(alone)) == found
        article = article.adding(found)


def test_a_word_that_no_article_holds_touches_none(try_rules: TryRules) -> None:
    assert try_rules(tariffs=WORDS.format(word="zollaufschlag")).touched == ()


def test_rules_that_are_the_same_have_nothing_to_try(trial: Trial) -> None:
    comparison = trial.against(Rules.load())
    assert (comparison.touched, comparison.rest) == ((), ())
    assert comparison.verdicts() == (0, [])


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


def test_the_cache_loses_what_was_unused_longest(parser: Parser, tmp_path: Path) -> None:
    cache = ParseCache(tmp_path, parser)
    texts = ("Peru put a duty on pears.", "Chile put a duty on plums.", "Kenya taxed tea.")
    articles = [unparsed(text) for text in texts]
    list(cache.parsed(articles))
    sizes = [cache.path(article).stat().st_size for article in articles]
    for article, days in zip(articles, (2, UNUSED_DAYS + 1, 1), strict=True):
        used = cache.path(article).stat().st_mtime - days * 86_400
        os.utime(cache.path(article), (used, used))
    assert cache.kept(articles[0]) is not None  # which is a use
    assert prune(tmp_path) == 1
    assert [cache.path(article).exists() for article in articles] == [True, False, True]
    assert prune(tmp_path, most_bytes=sizes[0]) == 1
    assert [cache.path(article).exists() for article in articles] == [True, False, False]
    assert prune(tmp_path / "nowhere") == 0
