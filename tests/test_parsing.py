from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline import parsing
from pipeline.extraction import Extractor
from pipeline.findings import Entity
from pipeline.parsing import Parser, batches, joined, pieces_of
from tests.conftest import MakeArticle, unparsed
from tests.goldens import golden_files, load

ANNOTATIONS: list[int | str] = [
    "TAG",
    "POS",
    "MORPH",
    "LEMMA",
    "HEAD",
    "DEP",
    "ENT_IOB",
    "ENT_TYPE",
    "SENT_START",
]
BLANK = spacy.blank("en")


def test_articles_parsed_together_are_parsed_as_alone(parser: Parser) -> None:
    articles = [unparsed(load(path).text) for path in golden_files()]
    for alone, together in zip(map(parser, articles), parser.stream(articles), strict=True):
        assert together.id == alone.id
        assert (alone.doc.to_array(ANNOTATIONS) == together.doc.to_array(ANNOTATIONS)).all()


def test_batches_are_bounded_in_characters_and_keep_the_order() -> None:
    articles = [unparsed("x" * size) for size in (30_000, 30_000, 30_000, 90_000, 10)]
    sizes = [[len(article.text) for article in batch] for batch in batches(articles)]
    assert sizes == [[30_000, 30_000], [30_000], [90_000], [10]]


@given(
    st.lists(
        st.sampled_from(["duty ", "é", "\n\n", ". ", "  ", "👩‍👩‍👧", "\r\n", "-"]), max_size=60
    )
)
def test_pieces_make_up_the_text_and_their_parses_keep_its_offsets(words: list[str]) -> None:
    text = "".join(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "PIECE", 10)
        pieces = pieces_of(text)
    assert "".join(pieces) == text
    assert all(len(piece) <= 10 for piece in pieces)
    doc = joined([BLANK(piece) for piece in pieces])
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_a_long_text_is_cut_after_a_paragraph_else_a_sentence_else_a_word() -> None:
    for end in ("\n\n", ". ", " "):
        text = "a" * 95_000 + end + "b" * 50_000
        assert [len(piece) for piece in pieces_of(text)] == [95_000 + len(end), 50_000]
    assert [len(piece) for piece in pieces_of("a" * 150_000)] == [100_000, 50_000]


def test_a_text_in_pieces_gives_findings_with_offsets_of_the_whole(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "PIECE", 120)
    sentence = "On Monday, Canada imposed a 25% tariff on Chinese steel, Mark Carney said. "
    found = extractor.found(unparsed(sentence * 4))
    names = [(m.start, m.text) for entity in found.of(Entity) for m in entity.mentions]
    assert [start for start, text in names if text == "Canada"] == [
        i * len(sentence) + 11 for i in range(4)
    ]


def test_a_windows_line_break_ends_a_headline_as_any_other(article: MakeArticle) -> None:
    for end in ("\n\n", "\r\n\r\n"):
        doc = article(f"Lima Taxes Pears{end}Peru said on Monday that it will.").doc
        assert next(sent.text.strip() for sent in doc.sents) == "Lima Taxes Pears"
