from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.findings import Span
from pipeline.reading import (
    Furniture,
    Unreadable,
    UnreadableArticle,
    article_of,
    publication_date,
    read,
)
from pipeline.reading.text import decode
from pipeline.rulebook import load_rulebook
from pipeline.rulefile import RuleFault

BODY = "Peru said on Monday that it will put a duty on Chilean pears from next year.\n"
RULE_ON_TOKENS = """\
rules:
  - id: home
    finds: line
    note: A token pattern cannot be run before the parse.
    tokens: [[{LOWER: home}]]
    matches:
      - {text: '[[home]]'}
    rejects:
      - {text: 'abroad', why: elsewhere}
"""


@pytest.fixture(scope="module")
def furniture() -> Furniture:
    return Furniture(load_rulebook("reading"))


def read_one(furniture: Furniture, path: Path, published: str | None = None) -> Article:
    (article,) = read([path], published=published, furniture=furniture)
    assert isinstance(article, Article), article
    return article


def refused(furniture: Furniture, paths: Iterable[str | Path]) -> Unreadable:
    (fault,) = read(paths, furniture=furniture)
    assert isinstance(fault, Unreadable), fault
    assert "\n" not in fault.message
    return fault


def of(furniture: Furniture, text: str, published: str | None = None) -> Article:
    return article_of(text, id="a", published=published, furniture=furniture)


def words(span: Span | None) -> str | None:
    return None if span is None else span.text


# Source text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"caf\xc3\xa9 \xe2\x80\x9cyes\xe2\x80\x9d\r\n", "café “yes”\r\n", "utf-8"),
        (b"\xef\xbb\xbfa duty\r\n", "a duty\r\n", "utf-8"),
        ("\ufeff5 £ a tonne".encode("utf-16-le"), "5 £ a tonne", "utf-16-le"),
        ("\ufeff5 £ a tonne".encode("utf-16-be"), "5 £ a tonne", "utf-16-be"),
        ("\ufeff5 £ a tonne".encode("utf-32-le"), "5 £ a tonne", "utf-32-le"),
        (b"\x93caf\xe9\x94 costs \xa35", "“café” costs £5", "windows-1252"),
        (b"charset=koi8-r\n\xf6", "charset=koi8-r\nЖ", "koi8-r"),
        (b"charset=iso-8859-1\n\x93no\x94", "charset=iso-8859-1\n“no”", "cp1252"),
    ],
)
def test_bytes_become_text_by_mark_declaration_or_content(
    data: bytes, text: str, encoding: str
) -> None:
    decoded = decode(data, "a.txt")
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_other_legacy_encodings_are_told_by_their_content() -> None:
    chinese = "商务部周一表示将对美国商品加征关税。" * 10
    assert decode(chinese.encode("gb18030"), "a.txt").text == chinese


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (bytes(range(256)) * 4, "binary"),
        (b"GIF89a\x01\x00\x01\x00", "binary"),
        (b"a duty\x00 on pears", "binary"),
        (b"\x01\x02\x03\x04 a duty", "binary"),
        (b"coding: morse\n" + bytes(range(128, 256)) * 3, "undecodable"),
        (b"\xff\xfea\x00b", "undecodable"),
        (b"charset=shift_jis\n\x81", "undecodable"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, error: str) -> None:
    with pytest.raises(UnreadableArticle) as raised:
        decode(data, "a.txt")
    assert raised.value.fault.error == error


def test_a_guessed_encoding_is_a_problem_of_the_article(
    furniture: Furniture, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x93" + BODY.encode() + b"\x94")
    article = read_one(furniture, tmp_path / "a.txt")
    assert [problem.kind for problem in article.problems] == ["guessed-encoding"]
    assert "windows-1252" in article.problems[0].message


def test_source_text_keeps_every_line_break_and_space(furniture: Furniture, tmp_path: Path) -> None:
    text = "\r\n  A Duty on Pears Begins\r\rIt was said.\x0c\u2028 " + BODY + " \t\n\n"
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    article = read_one(furniture, tmp_path / "a.txt")
    assert article.text == text
    assert article.source.characters == len(text)
    assert article.source.sha256 == sha256(b"\xef\xbb\xbf" + text.encode()).hexdigest()
    assert words(article.title) == "A Duty on Pears Begins"


FURNITURE = Furniture(load_rulebook("reading"))  # hypothesis calls its tests without fixtures
any_text = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
page = st.lists(
    st.one_of(
        any_text,
        st.sampled_from(
            [
                "Skip links",
                "Home",
                "Cart",
                "May 6, 2019",
                "é́👩‍👩‍👧 שלום مرحبا",
                "Related stories",
                BODY,
            ]
        ),
    )
).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\u2028", "\x0b"]).map(
        lambda end: end.join(lines)
    )
)


@given(page)
def test_whatever_the_text_all_spans_hold_and_the_body_keeps_its_length(text: str) -> None:
    try:
        article = of(FURNITURE, text)
    except UnreadableArticle as refusal:
        error = refusal.fault.error
    else:
        check_spans(article, text)
        return
    assert error in {"empty", "only-furniture", "no-sentence", "not-english"}


def check_spans(article: Article, text: str) -> None:
    published = article.published.span if article.published else None
    for span in (*article.boilerplate, article.title, published):
        if span is not None:
            assert span.text
            assert text[span.start : span.end] == span.text
    assert len(article.body) == len(text)
    gone = {i for each in article.boilerplate for i in range(each.start, each.end)}
    assert all(
        (i in gone and letter == " ") or letter == text[i] for i, letter in enumerate(article.body)
    )


# Bad input ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (bytes(range(256)), "binary"),
        (b"\xff\xfea\x00b", "undecodable"),
        (b"12.5 | 7 | 3,521\n--- 8 %\n", "no-sentence"),
        (b"Skip links\n\nHome\nCart\nThis website uses cookies to know you.\n", "only-furniture"),
        (b"%PDF-1.7 and so on", "broken-pdf"),
        (b"\x1f\x8b\x08\x00", "broken-archive"),
        (b"PK\x03\x04 and so on", "broken-archive"),
        (b"{\\rtf1 and so on}", "unsupported"),
        (b"<!doctype html><html><body></body></html>", "no-article"),
        (
            "Le ministre a dit que la hausse des droits de douane sur les voitures est une erreur "
            "et qu'il va en parler avec la Commission dans les jours à venir.".encode(),
            "not-english",
        ),
        (
            "Der Minister sagte, dass die Zölle auf Autos ein Fehler sind und dass er mit der "
            "Kommission in den nächsten Tagen über die Sache sprechen will.".encode(),
            "not-english",
        ),
        (("关税 上调 商务部 表示 " * 10).encode(), "not-english"),
    ],
)
def test_a_file_that_holds_no_article_is_refused_in_one_sentence(
    furniture: Furniture, tmp_path: Path, data: bytes, error: str
) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    fault = refused(furniture, [tmp_path / "a.txt"])
    assert (fault.path, fault.error) == ("a.txt", error)


@pytest.mark.parametrize(
    "text",
    [
        "Le Monde and Die Welt wrote of the duty. « La hausse est une erreur », the minister said.",
        "Shares: Apple 231.10, Nvidia 140.20, Tesla 350.00, Ford 10.30, Deere 400.10. " * 3,
        "São Paulo, Córdoba and Düsseldorf will pay no duty on pears, the ministers said.",
        "Tariff.",
        "Pears up",
    ],
)
def test_english_with_foreign_names_lists_and_short_texts_are_read(
    furniture: Furniture, text: str
) -> None:
    if len(text.split()) < 2:
        with pytest.raises(UnreadableArticle):
            of(furniture, text)
    else:
        assert of(furniture, text).text == text


def test_a_missing_path_and_a_pattern_without_files_are_named(
    furniture: Furniture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(furniture, ["inbox/none.txt"]).path == "inbox/none.txt"
    assert refused(furniture, ["inbox/*.txt"]).error == "missing"


def test_a_folder_without_articles_is_named(furniture: Furniture, tmp_path: Path) -> None:
    (tmp_path / "index.yaml").write_text("title: none", encoding="utf-8")
    assert refused(furniture, [tmp_path]).error == "no-articles"


def test_the_second_article_of_an_id_is_refused(furniture: Furniture, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pears.txt").write_text(BODY, encoding="utf-8")
    first, second = read([tmp_path / "a", tmp_path / "b"], furniture=furniture)
    assert isinstance(first, Article)
    assert isinstance(second, Unreadable)
    assert second.error == "duplicate-id"


def test_a_text_that_is_too_large_is_refused_and_five_megabytes_on_one_line_are_not(
    furniture: Furniture, tmp_path: Path
) -> None:
    (tmp_path / "line.txt").write_text("The duty on pears rose again. " * 170_000, encoding="utf-8")
    assert len(read_one(furniture, tmp_path / "line.txt").text) == 5_100_000
    (tmp_path / "archive.txt").write_text("The duty rose. " * 700_000, encoding="utf-8")
    assert refused(furniture, [tmp_path / "archive.txt"]).error == "too-large"


@pytest.mark.parametrize(
    ("text", "error"), [("\ud800 duty", "lone-surrogate"), ("a\x00b", "binary")]
)
def test_characters_that_cannot_be_written_are_refused(
    furniture: Furniture, text: str, error: str
) -> None:
    with pytest.raises(UnreadableArticle) as raised:
        of(furniture, f"A duty on pears. {text}")
    assert raised.value.fault.error == error


# Inputs -------------------------------------------------------------------------------------------


def test_a_folder_gives_its_articles_sorted_without_readmes_and_hidden_files(
    furniture: Furniture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.txt", "a.md", "c/d.txt", "README.md", "index.yaml", ".hidden.txt", "x.png"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(BODY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    articles = [a for a in read(["in"], furniture=furniture) if isinstance(a, Article)]
    assert [a.source.path for a in articles] == ["in/a.md", "in/b.txt", "in/c/d.txt"]
    assert [a.id for a in articles] == ["a", "b", "d"]


def test_paths_in_records_are_never_absolute(furniture: Furniture, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "d.txt").write_text(BODY, encoding="utf-8")
    for given_path in (tmp_path, str(tmp_path / "*" / "d.txt"), str(tmp_path / "**" / "d.txt")):
        (article,) = read([given_path], furniture=furniture)
        assert isinstance(article, Article)
        assert article.source.path == "c/d.txt"
    assert read_one(furniture, tmp_path / "c" / "d.txt").source.path == "d.txt"


def test_standard_input_is_told_by_its_content(
    furniture: Furniture, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = json.dumps({"id": 7, "text": BODY})
    for data, article_id in ((BODY, "stdin"), (line, "7")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        (article,) = read(["-"], furniture=furniture)
        assert isinstance(article, Article)
        assert (article.id, article.text) == (article_id, BODY)


# JSON Lines ---------------------------------------------------------------------------------------


def test_json_lines_give_an_article_each_and_keep_other_keys(
    furniture: Furniture, tmp_path: Path
) -> None:
    line = {
        "id": "pears",
        "text": f"Pears dear\n\n{BODY}",
        "title": "Pears dear",
        "published": "2025-03-04T23:30:00-05:00",
        "url": "https://example.org/pears",
        "section": "Trade",
        "tags": ["a", 1],
    }
    raw = json.dumps(line, ensure_ascii=False)
    (tmp_path / "news").write_text(raw + "\n\n" + raw.replace("pears", "plums"), encoding="utf-8")
    article, other = read([tmp_path / "news"], furniture=furniture)
    assert isinstance(article, Article)
    assert isinstance(other, Article)
    assert other.id == "plums"
    assert (article.id, article.text, words(article.title)) == ("pears", line["text"], "Pears dear")
    assert article.published is not None
    assert (article.published.value, article.published.basis) == ("2025-03-04", "metadata")
    assert article.source.extra == {"section": "Trade", "tags": '["a", 1]'}
    assert article.source.url == "https://example.org/pears"
    assert article.source.sha256 == sha256(raw.encode()).hexdigest()
    assert article.source.media_type == "application/jsonl"


def test_a_title_that_is_not_in_the_text_is_kept_beside_it(furniture: Furniture) -> None:
    article = article_of(BODY, id="a", title="Pears dear", furniture=furniture)
    assert article.title is None
    assert article.source.extra == {"title": "Pears dear"}


def test_each_bad_line_is_named_and_the_others_are_read(
    furniture: Furniture, tmp_path: Path
) -> None:
    good = json.dumps({"id": "a", "text": BODY})
    bad = {
        "bad-json": ['{"id": "b", "text": ', "[]", "[" * 100_000],
        "bad-value": ['{"id": "b", "text": 7}'],
        "no-text": ['{"id": "b"}', '{"id": "b", "text": null}'],
        "no-id": [json.dumps({"text": BODY}), json.dumps({"id": None, "text": BODY})],
        "lone-surrogate": ['{"id": "b", "text": "A duty \\ud83d on pears."}'],
        "duplicate-id": [good],
        "empty": ['{"id": "c", "text": " "}'],
        "bad-id": [json.dumps({"id": "x" * 300, "text": BODY})],
    }
    lines = [good, *(line for group in bad.values() for line in group)]
    data = "\n".join(lines).encode() + b'\n{"id": "d", "text": "\xff"}\n'
    (tmp_path / "news.jsonl").write_bytes(data)
    first, *faults = read([tmp_path / "news.jsonl"], furniture=furniture)
    assert isinstance(first, Article)
    expected = [error for error, group in bad.items() for _ in group] + ["undecodable"]
    assert [fault.error for fault in faults if isinstance(fault, Unreadable)] == expected
    named = [fault.path for fault in faults if isinstance(fault, Unreadable)]
    assert named == [f"news.jsonl:{number}" for number in range(2, len(faults) + 2)]


# Title --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Lima Taxes Pears\n{BODY}", "Lima Taxes Pears"),
        (f"Lima taxes pears. Again?\n\n{BODY}", "Lima taxes pears. Again?"),
        (f"Pear Duty Looms for U.S.\n\n{BODY}", "Pear Duty Looms for U.S."),
        (f"‘Pears Are Not the Enemy’\n\nMay 6, 2019\n\n{BODY}", "‘Pears Are Not the Enemy’"),
        (f"May 6, 2019\nLima taxes pears\n{BODY}", "Lima taxes pears"),
        (f"By Ana Ruiz\nLima taxes pears\n{BODY}", "Lima taxes pears"),
        (f"Economy\n\nLima taxes Chilean pears\n\n{BODY}", "Lima taxes Chilean pears"),
        (f"# Lima taxes pears\n\n{BODY}", "Lima taxes pears"),
        (
            f"Lima taxes pears\nas trade war widens\n\n{BODY}",
            "Lima taxes pears\nas trade war widens",
        ),
        (f"LIMA TAXES PEARS\n    LIMA, May 6 - {BODY}", "LIMA TAXES PEARS"),
        (BODY, None),
        (f"Peru taxes pears.\n\n{BODY}", None),
        (
            "Peru said on Monday that it will put a duty\non pears and on plums from next\nyear.",
            None,
        ),
        (f"The minister said:\n{BODY}", None),
        (f"LIMA, Peru (Wire) --\n{BODY}", None),
        ("Lima taxes pears", None),
    ],
)
def test_the_title_is_the_first_line_that_looks_like_a_headline(
    furniture: Furniture, text: str, title: str | None
) -> None:
    assert words(of(furniture, text).title) == title


# Publication date ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "value", "said"),
    [
        ("March 4, 2025\n\n", "2025-03-04", "March 4, 2025"),
        ("4 March 2025\n", "2025-03-04", "4 March 2025"),
        ("Tue 4 Mar 2025 10.02 GMT\n", "2025-03-04", "4 Mar 2025"),
        ("By Ana Ruiz, Mar. 4, 2025\n", "2025-03-04", "Mar. 4, 2025"),
        ("Published: 2025-03-04\n", "2025-03-04", "2025-03-04"),
        ("Updated March 6, 2025\nPublished March 4, 2025\n", "2025-03-04", "March 4, 2025"),
        ("13/03/2025\n", "2025-03-13", "13/03/2025"),
        ("LIMA, March 4, 2025 (Wire) - ", "2025-03-04", "March 4, 2025"),
        ("Lima, Peru – March 4, 2025 – ", "2025-03-04", "March 4, 2025"),
        ("LIMA, March 4 (Wire) - ", None, None),
        ("LIMA, March 4 - ", None, None),
        ("03/04/2025\n", None, None),
        ("February 30, 2025\n", None, None),
        ("March 2025\n", None, None),
        ("The duty of March 4, 2025 was low. ", None, None),
    ],
)
def test_the_publication_date_is_read_from_the_head(
    furniture: Furniture, head: str, value: str | None, said: str | None
) -> None:
    published = of(furniture, head + BODY).published
    assert (published.value if published else None) == value
    assert words(published.span if published else None) == said


def test_a_date_further_down_is_no_publication_date(furniture: Furniture) -> None:
    assert of(furniture, BODY * 3 + "\nMarch 4, 2025\n" + BODY).published is None


def test_a_given_date_is_used_only_where_the_article_carries_none(furniture: Furniture) -> None:
    dated = of(furniture, f"March 4, 2025\n{BODY}", published="2026-01-01").published
    assert dated is not None
    assert (dated.value, dated.basis) == ("2025-03-04", "dateline")
    undated = of(furniture, f"LIMA, March 4 - {BODY}", published="2026-03-04").published
    assert undated is not None
    assert (undated.value, undated.basis, undated.span) == ("2026-03-04", "given", None)


@pytest.mark.parametrize(
    ("head", "metadata", "kinds"),
    [
        ("March 4, 2025\n", "2025-03-04", []),
        ("March 4, 2025\n", "2025-03-05", ["publication-dates-differ"]),
        ("LIMA, March 4 - ", "2025-03-05", []),
        ("LIMA, Dec 31 - ", "2025-01-01", []),
        ("LIMA, March 4 - ", "2025-03-15", ["publication-dates-differ"]),
        ("", "Tue, 04 Mar 2025 10:02:00 GMT", []),
        ("", "last week", ["unreadable-publication-date"]),
    ],
)
def test_a_disagreement_of_text_and_metadata_is_a_problem(
    furniture: Furniture, tmp_path: Path, head: str, metadata: str, kinds: list[str]
) -> None:
    line = {"id": "a", "text": head + BODY, "published": metadata}
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert [p.kind for p in read_one(furniture, tmp_path / "a.jsonl").problems] == kinds


@pytest.mark.parametrize("said", ["yesterday", "2025", "2025-02-30", "", "05/06/2025"])
def test_a_publication_date_that_cannot_be_read_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        publication_date(said)


# Furniture ----------------------------------------------------------------------------------------


def left_out(furniture: Furniture, text: str) -> list[str]:
    return [each.text for each in of(furniture, text).boilerplate]


def test_menu_words_are_furniture_at_the_edges_and_in_rows(furniture: Furniture) -> None:
    text = (
        f"Home\nLima taxes pears\nPrint\n{BODY}Business\n{BODY}Share\nSave\nEmail\n{BODY}Cart\nMenu"
    )
    assert left_out(furniture, text) == [
        "Home",
        "Print",
        "Share",
        "Save",
        "Email",
        "Cart",
        "Menu",
    ]


def test_short_lines_between_furniture_at_the_bottom_are_furniture(furniture: Furniture) -> None:
    assert left_out(furniture, f"{BODY}\nThe end\nHome\nPear Growers Weekly\nContact us") == [
        "Home",
        "Pear Growers Weekly",
        "Contact us",
    ]


def test_links_below_their_heading_are_furniture(furniture: Furniture) -> None:
    text = (
        f"{BODY}\nRelated stories\nPlums cost more\n\n{BODY}\nMost read\n\nWho eats pears\n\nFigs"
    )
    assert left_out(furniture, text) == [
        "Related stories",
        "Plums cost more",
        "Most read",
        "Who eats pears",
        "Figs",
    ]


def test_every_line_of_furniture_names_its_rule(furniture: Furniture) -> None:
    article = of(furniture, f"Skip links\n{BODY}Cart")
    assert [each.rule for each in article.boilerplate] == ["reading/skip-link", "reading/menu-word"]


def test_a_rule_that_needs_a_parse_is_refused_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "reading.yaml").write_text(RULE_ON_TOKENS, encoding="utf-8")
    with pytest.raises(RuleFault, match=r"reading.yaml:2:5: .*needs a regex, not tokens"):
        Furniture(load_rulebook("reading", tmp_path))


def test_a_user_can_switch_a_rule_off(tmp_path: Path) -> None:
    (tmp_path / "reading.yaml").write_text("rules: [{id: menu-word, off: true}]", encoding="utf-8")
    own = Furniture(load_rulebook("reading", tmp_path))
    assert left_out(own, f"Skip links\n{BODY}Cart") == ["Skip links"]
