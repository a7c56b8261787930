from __future__ import annotations

import json
import os
import pickle
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.article import Article
from pipeline.cli import app
from pipeline.findings import (
    Date,
    Entity,
    Finding,
    Mention,
    Party,
    Rate,
    TariffMeasure,
)
from pipeline.record import Receipt, Record, Software, record_of
from pipeline.rulebook import OWN_RULES
from pipeline.tuning import bases
from pipeline.tuning.bases import Answer, BaseError, files_at
from pipeline.tuning.comparing import Change, Sentence, compare, counted, grouped, worst_first
from pipeline.tuning.page import page
from pipeline.tuning.passages import in_sentences
from tests.conftest import MakeArticle, unparsed

TEXT = "Ottawa imposed a 25% tariff on Chinese steel on Tuesday."
NOBODY = Software(name="x", version="1", sha256="0")
RECEIPT = Receipt(software=NOBODY, model=NOBODY, rules={}, schema_sha256="0")


def record(*findings: Finding, article: Article | None = None) -> Record:
    return record_of((article or unparsed(TEXT)).adding(findings), RECEIPT)


def span_of(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def measure(
    *, status: str = "in-force", code: str = "CAN", rule: str = "tariffs/impose"
) -> TariffMeasure:
    article = unparsed(TEXT)
    rate = Rate(operator="=", value=25, unit="percent", span=article.span(*span_of("25%")))
    who = Party(code=code, name="Canada", basis="inferred", span=article.span(*span_of("Ottawa")))
    return TariffMeasure.model_validate(
        {
            "id": "t1",
            "evidence": (article.span(*span_of("imposed a 25% tariff")),),
            "instrument": "tariff",
            "action": "impose",
            "status": status,
            "rate": rate,
            "implementers": (who,),
            "rule": rule,
        }
    )


def tuesday(value: str | None) -> Date:
    start, end = span_of("Tuesday")
    return Date(
        id="d1", start=start, end=end, text="Tuesday", type="DATE", value=value, rule="dates/x"
    )


def entity(id: str) -> Entity:
    start, end = span_of("Ottawa")
    mention = Mention(start=start, end=end, text="Ottawa", form="metonym", rule="entities/x")
    return Entity(id=id, type="GPE", name="Canada", mentions=(mention,))


def test_equal_records_have_no_changes() -> None:
    assert (
        list(
            compare(
                record(measure(), tuesday("2025-05-06")), record(measure(), tuesday("2025-05-06"))
            )
        )
        == []
    )


def test_a_changed_status_is_critical_and_a_changed_rule_minor() -> None:
    changes = worst_first(
        compare(record(measure()), record(measure(status="proposed", rule="tariffs/plan")))
    )
    assert [(c.severity, c.kind, c.field, c.before, c.after) for c in changes] == [
        ("critical", "changed", "tariffs.status", "in-force", "proposed"),
        ("minor", "changed", "tariffs.rule", "tariffs/impose", "tariffs/plan"),
    ]
    assert changes[0].words == "imposed a 25% tariff"
    assert changes[0].start == TEXT.index("imposed")


def test_a_changed_party_is_critical() -> None:
    (change,) = compare(record(measure()), record(measure(code="CHN")))
    assert (change.severity, change.field, change.before, change.after) == (
        "critical",
        "tariffs.implementers",
        "CAN",
        "CHN",
    )


def test_a_lost_measure_is_critical_and_a_new_date_important() -> None:
    changes = worst_first(compare(record(measure()), record(tuesday("2025-05-06"))))
    assert [(c.severity, c.kind, c.field) for c in changes] == [
        ("critical", "loss", "tariffs"),
        ("important", "gain", "dates"),
    ]


def test_only_what_a_list_of_places_gains_or_loses_is_told() -> None:
    start, end = span_of("Chinese")
    more = Mention(start=start, end=end, text="Chinese", form="demonym", rule="entities/y")
    old, new = entity("e1"), entity("e1")
    new = new.model_copy(update={"mentions": (*new.mentions, more)})
    (change,) = compare(record(old), record(new))
    assert (change.field, change.before, change.after) == (
        "entities.mentions",
        "",
        "Chinese demonym",
    )
    assert change.spans == ((start, end),)


def test_changes_are_grouped_by_severity_field_and_rule_and_counted() -> None:
    changes = list(compare(record(measure(), tuesday(None)), record(measure(status="proposed"))))
    assert [(g.severity, g.field, g.rule) for g in grouped(changes)] == [
        ("critical", "tariffs.status", "tariffs/impose"),
        ("important", "dates", "dates/x"),
    ]
    assert counted(changes, lambda c: (c.rule,)) == [
        (("tariffs/impose",), {"changed": 1}),
        (("dates/x",), {"loss": 1}),
    ]


def test_a_change_shows_its_sentence_with_the_changed_words_marked(article: MakeArticle) -> None:
    made = article(f"Nobody spoke.\n\n{TEXT} Beijing was silent.")
    shift = made.text.index(TEXT)
    start, end = (shift + at for at in span_of("Tuesday"))
    date = tuesday("2025-05-06").model_copy(update={"start": start, "end": end})
    (change,) = in_sentences(compare(record(article=made), record(date, article=made)), made)
    (sentence,) = change.sentences
    assert sentence.text == TEXT
    assert [sentence.text[a:b] for a, b in sentence.marks] == ["Tuesday"]


def test_an_id_that_alone_differs_is_no_change() -> None:
    assert list(compare(record(entity("e1")), record(entity("e7")))) == []


RULE_OFF = "rules:\n  - {id: cookie-notice, off: true}\n"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "in"
    folder.mkdir()
    text = f"Duties on steel\n\nMay 6, 2025\n\n{TEXT}\n\nWe use cookies to improve your visit.\n"
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return folder


def run_diff(*arguments: str | Path) -> tuple[int, list[dict[str, Any]], str]:
    result = CliRunner().invoke(app, ["diff", *map(str, arguments), "--json"])
    return (
        result.exit_code,
        [json.loads(line) for line in result.stdout.splitlines()],
        result.stderr,
    )


def test_diff_against_records_of_the_same_rules_is_empty(corpus: Path, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["run", str(corpus), "-o", str(tmp_path / "out"), "-q"])
    status, changes, said = run_diff(corpus, "--base", tmp_path / "out")
    assert (status, changes, said) == (0, [], "0 changes on 1 articles.\n")


def test_diff_fails_on_changes_as_bad_as_asked(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    CliRunner().invoke(app, ["run", str(corpus), "-o", str(out), "-q"])
    path = out / "a.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["dates"]
    record["dates"] = []
    path.write_text(json.dumps(record), encoding="utf-8")
    for limit, expected in (("critical", 0), ("important", 1), ("minor", 1)):
        status, changes, _ = run_diff(corpus, "--base", out, "--fail-on", limit)
        assert {(c["kind"], c["field"]) for c in changes} >= {("gain", "dates")}
        assert status == expected


def test_diff_without_articles_takes_those_that_the_records_were_made_from(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus)
    CliRunner().invoke(app, ["run", "a.txt", "-o", str(tmp_path / "out"), "-q"])
    assert run_diff("--base", tmp_path / "out")[2] == "0 changes on 1 articles.\n"


def test_diff_shows_what_a_rule_of_the_reading_room_does(corpus: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "reading.yaml").write_text(RULE_OFF, encoding="utf-8")
    out = tmp_path / "diff.html"
    status, changes, _ = run_diff(
        "--base", OWN_RULES, "--on", corpus, "--rules", mine, "--html", out
    )
    assert (status, [(c["kind"], c["field"]) for c in changes]) == (0, [("loss", "boilerplate")])
    html = out.read_text(encoding="utf-8")
    assert "− loss" in html
    assert "<mark>We use cookies to improve your visit.</mark>" in html
    assert "<script" not in html


def test_an_article_that_cannot_be_read_is_named_and_fails_the_diff(
    corpus: Path,
) -> None:
    (corpus / "b.txt").write_bytes(b"")
    status, changes, said = run_diff("--base", OWN_RULES, "--on", corpus)
    assert (status, changes) == (1, [])
    assert "b.txt" in said


def test_the_page_shows_hostile_words_as_words() -> None:
    sentence = Sentence(0, "<b>Ottawa</b> spoke.", ((0, 13),))
    change = Change(
        "critical", "gain", "<i>a</i>", "tariffs", "r/x", 0, "", "", "<s>", (), (sentence,)
    )
    html = page(Answer([change], articles=1, unreadable=()), base="<u>")
    assert "<mark>&lt;b&gt;Ottawa&lt;/b&gt;</mark> spoke." in html
    assert not any(tag in html for tag in ("<b>", "<i>", "<s>", "<u>"))


def test_a_base_that_is_nothing_is_wrong_usage(corpus: Path) -> None:
    status, _, said = run_diff(corpus, "--base", "no-such-revision")
    assert status == 2
    assert "no such folder" in said


def test_diff_shows_what_was_not_committed_yet(corpus: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "reading.yaml").write_text("rules: []\n", encoding="utf-8")
    commit_all(rules)
    diff = ("--base", "HEAD", "--on", corpus, "--rules", rules)
    assert run_diff(*diff)[1] == []
    (rules / "reading.yaml").write_text(RULE_OFF, encoding="utf-8")
    assert [(c["kind"], c["rule"]) for c in run_diff(*diff)[1]] == [
        ("loss", "reading/cookie-notice")
    ]


class OverTheWire:
    """In the place of processes, whose start costs seconds: what they are sent and send is."""

    def map(self, work: Callable[[Any], Any], batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            yield sent(work(sent(batch)))


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  # our own


def test_articles_that_are_shared_out_are_compared_as_by_one_process(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "b.txt").write_text((corpus / "a.txt").read_text(encoding="utf-8"), encoding="utf-8")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "reading.yaml").write_text(RULE_OFF, encoding="utf-8")
    diff = ("--base", OWN_RULES, "--on", corpus, "--rules", mine)
    alone = run_diff(*diff)
    assert [change["article"] for change in alone[1]] == ["a", "b"]
    counts: list[int] = []
    monkeypatch.setattr(bases, "WORTH", 1)
    monkeypatch.setattr(bases, "AT_ONCE", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    def started(count: int) -> nullcontext[OverTheWire]:
        counts.append(count)
        return nullcontext(OverTheWire())

    monkeypatch.setattr(bases, "workers", started)
    assert run_diff(*diff) == alone
    assert counts == [2]


def commit_all(folder: Path) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@t.example"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *arguments], check=True)


def test_rule_files_of_a_revision_are_those_that_were_committed(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "reading.yaml").write_text(RULE_OFF, encoding="utf-8")
    commit_all(rules)
    (rules / "reading.yaml").write_text("rules: []\n", encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    files_at("HEAD", rules, scratch)
    assert (scratch / "reading.yaml").read_text(encoding="utf-8") == RULE_OFF
    with pytest.raises(BaseError, match="no revision"):
        files_at("v9", rules, scratch)
