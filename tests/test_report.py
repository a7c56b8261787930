from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.findings import spans_of
from pipeline.report.charts import KINDS, frequent, pictures_of, plot, time_ticks
from pipeline.report.page import data_block, report
from pipeline.report.views import entry_of, view_of
from pipeline.tables import load
from pipeline.tables.places import place_of
from pipeline.tables.texts import known_words, source_text
from pipeline.writing import text_path
from tests.drafts import Draft, glass, hostile, sample_drafts, tea


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    for draft in sample_drafts():
        draft.write(out)
    return out


def page_of(folder: Path) -> str:
    records = load(folder)
    return report(records, text=lambda record: source_text(record, records.place))


# Source texts -------------------------------------------------------------------------------------


def test_a_text_is_found_beside_its_record(folder: Path) -> None:
    assert source_text(glass().record(), place_of(folder)) == glass().text


def test_the_text_of_an_odd_id_is_found_under_the_name_that_a_run_gives_it(tmp_path: Path) -> None:
    record = tea().record().model_copy(update={"id": "../tea: 1"})
    text_path(tmp_path, record.id).write_text(tea().text, encoding="utf-8")
    assert source_text(record, place_of(tmp_path)) == tea().text


def test_a_text_is_found_where_it_was_read_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "tea.txt").write_bytes(b"\xef\xbb\xbf" + tea().text.encode())
    assert source_text(tea().record(), place_of(tmp_path)) is None
    assert source_text(tea().record(), place_of(tmp_path), [inbox]) == tea().text
    monkeypatch.chdir(inbox)
    assert source_text(tea().record(), place_of(tmp_path)) == tea().text


@pytest.mark.parametrize("changed", ["kenya weighed", "Kenya weighed and"])
def test_a_text_that_was_changed_since_is_not_taken(folder: Path, changed: str) -> None:
    (folder / "tea.txt").write_text(tea().text.replace("Kenya weighed", changed))
    assert source_text(tea().record(), place_of(folder)) is None


def test_without_its_text_an_article_is_known_by_the_words_that_prove_something() -> None:
    record = glass().record()
    known = known_words(record)
    assert len(known) == record.source.characters
    assert all(known[start:end] == words for start, end, words in spans_of(record))
    assert "OSLO" not in known


# Views --------------------------------------------------------------------------------------------


def test_a_card_says_what_how_it_is_known_and_where() -> None:
    draft = glass()
    card = next(c for c in view_of(draft.record(), text_is_whole=True).cards if c.kind == "tariff")
    assert card.head == "NOR → TUR · glass · 25 %"
    assert card.tag == "announced"
    shown = {
        value.name: (value.value, value.basis, [draft.text[s:e] for s, e in value.places])
        for value in card.values
    }
    assert shown["on"] == ("Turkey (TUR)", "inferred", ["Turkish"])
    assert shown["goods"] == ("glass (HS 7003, 7005)", "stated", ["glass"])
    assert shown["effective"] == ("2026-03-01", "stated", ["1 March"])


def test_every_place_of_a_record_is_in_its_view() -> None:
    for draft in sample_drafts():
        record = draft.record()
        view = view_of(record, text_is_whole=True)
        shown = {place for card in view.cards for value in card.values for place in value.places}
        findings = (*record.tariffs, *record.quotes, *record.figures, *record.entities)
        proved = {(s, e) for f in findings for s, e, _ in spans_of(f)}
        assert proved <= shown


def test_an_entry_says_what_an_article_can_be_found_by() -> None:
    entry = entry_of(glass().record())
    assert entry.status == ("announced",)
    assert set(entry.country) == {"NOR", "TUR"}
    assert entry.speaker == ("Ingrid Solheim",)
    assert not entry.unresolved
    assert entry_of(tea().record()).unresolved


# The page -----------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Counts tags, and keeps what scripts hold and what attributes say."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, str] = {}
        self.open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = dict(attrs).get("id") if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self.open is not None:
            self.blocks[self.open] = self.blocks.get(self.open, "") + data

    def handle_endtag(self, tag: str) -> None:
        self.open = None


@pytest.fixture
def tags(folder: Path) -> Tags:
    parser = Tags()
    parser.feed(page_of(folder))
    return parser


def test_a_page_holds_every_text_to_the_letter(tags: Tags) -> None:
    texts = {json.loads(tags.blocks[f"text-{n}"]) for n in range(3)}
    assert texts == {draft.text for draft in sample_drafts()}


def test_nothing_on_the_page_comes_from_elsewhere_or_runs_inline(tags: Tags) -> None:
    for tag, attributes in tags.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag not in ("iframe", "object", "embed", "link", "base")
        for name in ("src", "srcset"):
            if name in attributes:
                assert (attributes[name] or "").startswith("data:image/svg+xml;base64,")
    scripts = [attributes for tag, attributes in tags.tags if tag == "script"]
    assert sum(attributes.get("type") != "application/json" for attributes in scripts) == 1


def test_the_policy_allows_one_script_and_one_style_by_hash_and_no_connection(
    folder: Path,
) -> None:
    page = page_of(folder)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].replace("&#39;", "'").split("; "))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules["style-src"])
    assert rules["img-src"] == "data:"
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_a_data_block_cannot_end_early() -> None:
    hostile = "</script><!--<script>&amp;\u2028"
    block = str(data_block(hostile))
    assert not set("<>&\u2028") & set(block)
    assert json.loads(block) == hostile


def test_the_page_of_no_articles_says_that_there_is_nothing_to_draw() -> None:
    assert "nothing to draw" in report([])


def test_a_page_is_the_same_each_time(folder: Path) -> None:
    assert page_of(folder) == page_of(folder)


# Charts -------------------------------------------------------------------------------------------


def test_the_matrix_counts_each_pair_once() -> None:
    rows = KINDS["matrix"].rows([draft.record() for draft in sample_drafts()])
    assert rows == [
        {"implementer": "KEN", "affected": "IND", "measures": 1},
        {"implementer": "KEN", "affected": "VNM", "measures": 1},
        {"implementer": "NOR", "affected": "TUR", "measures": 1},
    ]


def test_the_timeline_follows_a_measure_through_articles() -> None:
    drafts = []
    for number, status in enumerate(("threatened", "announced", "in-force")):
        draft = Draft(f"a{number}", f"Story {number}.", published=f"2026-0{number + 1}-10")
        goods = ("glass", "Turkish glass", "glass")[number]
        draft.tariff(f"Story {number}.", by="Norway", on="Turkey", goods=goods, rate=25,
                     status=status)  # fmt: skip
        drafts.append(draft)
    rows = KINDS["timeline"].rows([draft.record() for draft in drafts])
    assert {row["measure"] for row in rows} == {"NOR → TUR: glass, 25 %"}
    assert [(row["published"], row["status"]) for row in rows] == [
        ("2026-01-10", "threatened"), ("2026-02-10", "announced"), ("2026-03-10", "in-force"),
    ]  # fmt: skip


def test_rates_that_are_no_percentages_are_not_drawn() -> None:
    draft = Draft("oil", "India put a tariff of 4.29 USD a barrel on oil.")
    measure = draft.tariff("a tariff of 4.29 USD a barrel on oil", rate=4.29, by="India")
    assert measure.rate is not None
    assert len(KINDS["rates"].rows([draft.record()])) == 1
    specific = measure.rate.model_copy(update={"unit": "USD/barrel"})
    draft.tariffs[0] = measure.model_copy(update={"rate": specific})
    assert KINDS["rates"].rows([draft.record()]) == []


def test_speakers_are_counted_by_who_they_are() -> None:
    rows = KINDS["speakers"].rows([glass().record(), glass().record(), hostile().record()])
    assert rows[0] == {"speaker": "Ingrid Solheim", "quotes": 2}


def test_only_the_most_frequent_rows_are_kept() -> None:
    assert frequent([(f"n{i:02}", i) for i in range(30)]) == {f"n{i:02}" for i in range(5, 30)}


@pytest.mark.parametrize(
    ("last", "ticks"),
    [
        ("2026-01-01", {"interval": "day", "step": 1}),
        ("2026-01-25", {"interval": "day", "step": 3}),
        ("2027-01-01", {"interval": "month", "step": 2}),
    ],
)
def test_time_is_ticked_in_whole_days_or_months(last: str, ticks: dict[str, object]) -> None:
    assert time_ticks([{"published": "2026-01-01"}, {"published": last}]) == ticks


@pytest.mark.parametrize(
    ("suffix", "magic"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_chart_is_drawn_into_a_file(tmp_path: Path, suffix: str, magic: bytes) -> None:
    out = tmp_path / f"x.{suffix}"
    assert plot([glass().record()], "matrix", out) == 1
    assert out.read_bytes().startswith(magic)


def test_names_in_charts_are_no_markup() -> None:
    (_, speakers) = (p for p in pictures_of([hostile().record()]) if p.title != "Rates")
    assert speakers.rows == (('=HYPERLINK("x")', "1"),)


# The commands -------------------------------------------------------------------------------------


def command(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, " ".join(result.stderr.replace("│", "").split())


def test_the_command_writes_a_report(folder: Path, tmp_path: Path) -> None:
    status, said = command("report", folder, "-o", tmp_path / "r.html")
    assert (status, said) == (0, f"3 articles in {tmp_path / 'r.html'}")
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_the_command_names_what_it_leaves_out_of_a_report(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.json").write_text("{")
    status, said = command("report", folder, "-o", tmp_path / "r.html")
    assert status == 1
    assert "broken.json: is no record" in said
    assert (tmp_path / "r.html").is_file()


def test_the_command_plots(folder: Path, tmp_path: Path) -> None:
    status, said = command("plot", folder, "--kind", "matrix", "-o", tmp_path / "m.svg")
    assert (status, said) == (0, f"3 rows in {tmp_path / 'm.svg'}")


def test_the_command_says_when_there_is_nothing_to_plot(tmp_path: Path) -> None:
    tea().write(tmp_path / "out")
    status, said = command("plot", tmp_path / "out", "--kind", "rates", "-o", tmp_path / "m.svg")
    assert status == 1
    assert "Nothing to draw" in said
    assert not (tmp_path / "m.svg").exists()


@pytest.mark.parametrize(
    ("kind", "out", "message"),
    [("pie", "x.svg", "there are matrix, timeline"), ("rates", "x.gif", "may end in .svg")],
)
def test_the_command_refuses_what_it_cannot_plot(
    folder: Path, kind: str, out: str, message: str
) -> None:
    status, said = command("plot", folder, "--kind", kind, "-o", out)
    assert status == 2
    assert message in said


def test_a_missing_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("pipeline.report.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    status, said = command("report", folder)
    assert (status, said) == (
        2, "This needs the package jinja2: pip install 'tariffwire[report]'",
    )  # fmt: skip
