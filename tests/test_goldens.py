"""Golden files are held to their sources, and faults in them are told by file, key and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import goldens

SOURCE = "China said the duty on Chinese steel of 5% stays. A 2.5% duty ended. China left.\n"


def load(folder: Path, body: str) -> goldens.Golden:
    (folder / "article.txt").write_text(SOURCE, encoding="utf-8")
    path = folder / "article.yaml"
    path.write_text(f"id: article\nsource: article.txt\n{body}", encoding="utf-8")
    return goldens.load(path)


@pytest.mark.parametrize("path", goldens.golden_files(), ids=lambda path: path.stem)
def test_every_golden_file_is_borne_out_by_its_source(path: Path) -> None:
    golden = goldens.load(path)
    spans = [date.span for date in golden.dates]
    spans += [mention.span for entity in golden.entities for mention in entity.mentions]
    spans += [span for measure in golden.tariffs for span in measure.evidence]
    spans += [span for quote in golden.quotes for reading in quote.readings for span in reading]
    assert spans
    assert [golden.text[span.start : span.end] for span in spans] == [span.text for span in spans]


def test_every_invented_article_has_a_golden_file() -> None:
    articles = {path.stem for path in (goldens.GOLDEN / "articles").glob("*.txt")}
    assert len(articles) >= 10
    assert articles == {path.stem for path in (goldens.GOLDEN / "articles").glob("*.yaml")}


def test_a_marked_answer_is_found_in_its_context(tmp_path: Path) -> None:
    golden = load(tmp_path, 'title: "[[China]] left"')
    assert golden.title == goldens.Words(69, 74, "China")


def test_a_number_is_not_found_inside_another_number(tmp_path: Path) -> None:
    assert load(tmp_path, "title: 5%").title == goldens.Words(40, 42, "5%")


def test_counted_words_stand_for_all_their_places_outside_longer_mentions(tmp_path: Path) -> None:
    entity = "{name: China, mentions: {name: [China ×1, China left]}}"
    (found,) = load(tmp_path, f"entities: [{entity}]").entities
    assert [mention.span.start for mention in found.mentions] == [0, 69]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("title: Peru", "top.title: 'Peru': not in the text"),
        ("title: China", "top.title: 'China': 2 times in the text, mark one"),
        ("title: 'China [[left'", "expected one [[answer]]"),
        ("titel: China left", "top: 'titel': unknown key"),
        (
            "entities: [{name: China, mentions: {name: [China ×3]}}]",
            "top.entities[0].mentions.name[0]: 'China': 2 times in the text outside",
        ),
        (
            "entities: [{name: A, mentions: {name: [steel]}}, {name: B, mentions: {any: [steel]}}]",
            "top.entities: 'steel': given as a mention twice",
        ),
        (
            "quotes: [{kind: indirect, words: China left, speaker: {words: steel, is: Xi}}]",
            "top.quotes[0].speaker: 'Xi': no entity of this name",
        ),
        (
            (
                "tariffs: [{key: a, evidence: China left, action: keep, status: ended, "
                "relations: [{type: replaces, to: b}]}]"
            ),
            "tariffs.relations: 'b': no measure of this key",
        ),
        (
            "tariffs: [{key: a, evidence: China left, action: keep, status: over}]",
            "top.tariffs[0].status: 'over': expected one of denied, ended",
        ),
    ],
)
def test_a_fault_names_file_key_and_words(tmp_path: Path, body: str, told: str) -> None:
    with pytest.raises(goldens.GoldenError) as raised:
        load(tmp_path, body)
    assert str(raised.value).startswith("article.yaml: ")
    assert told in str(raised.value)
