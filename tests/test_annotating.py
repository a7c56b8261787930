"""Records to annotation tools and back; the exports are written by hand after the tools' docs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.annotating import brat, conll, label_studio, prodigy
from pipeline.annotating.corrections import corrected
from pipeline.annotating.faults import ExportFault
from pipeline.annotating.gold import import_gold, tool_of
from pipeline.annotating.sheets import KINDS, Link, Mark, Sheet, sheet_of
from pipeline.cli import app
from pipeline.extraction import Extractor
from pipeline.findings import Rate
from pipeline.record import Record
from tests.conftest import unparsed

TEXT = (
    "Ottawa imposed a 25% tariff on Chinese steel on Tuesday. \U0001f680\r\n\r\n"
    "“The duty is unfair,” said Li Wei, a trade official in Beijing.\r\n"
    "Canada will levy a 10% duty on cars from Mexico on June 2."
)
Edit = Callable[[Sheet], Sheet]


@pytest.fixture(scope="module")
def record(extractor: Extractor) -> Record:
    return extractor(unparsed(TEXT, published="2025-05-07"))


@pytest.fixture(scope="module")
def sheet(record: Record) -> Sheet:
    return sheet_of(record, TEXT)


def mark(sheet: Sheet, label: str, words: str) -> Mark:
    return next(m for m in sheet.marks if (m.label, m.text) == (label, words))


def added(label: str, words: str, **values: str) -> Mark:
    start = TEXT.index(words)
    return Mark(f"new-{label}", label, start, start + len(words), words, values)


def without(sheet: Sheet, *gone: Mark) -> Sheet:
    ids = {each.id for each in gone}
    return replace(
        sheet,
        marks=tuple(m for m in sheet.marks if m.id not in ids),
        links=tuple(li for li in sheet.links if not {li.head, li.child} & ids),
    )


def with_(sheet: Sheet, *marks: Mark, links: tuple[Link, ...] = ()) -> Sheet:
    new = {each.id: each for each in marks}
    old = tuple(new.pop(m.id, m) for m in sheet.marks)
    return replace(sheet, marks=(*old, *new.values()), links=(*sheet.links, *links))


def annotated(sheet: Sheet, **more: Any) -> dict[str, Any]:
    """A task as Label Studio exports it when a person has submitted our prediction."""
    task = label_studio.task_of(sheet)
    result = task.pop("predictions")[0]["result"]
    annotation = {"id": 7, "result": result, "was_cancelled": False, "completed_by": 1}
    return {"id": 12, **task, "annotations": [annotation], "predictions": [], **more}


def exported(folder: Path, tasks: list[dict[str, Any]]) -> Path:
    path = folder / "export.json"
    path.write_text(json.dumps(tasks, indent=1), encoding="utf-8")
    return path


# Out --------------------------------------------------------------------------------------------


def test_marks_stand_for_everything_with_words_and_links_say_whose_it_is(sheet: Sheet) -> None:
    evidence = next(m for m in sheet.marks if m.label == "EVIDENCE" and m.start == 0)
    assert evidence.values["status"] == "in-force"
    links = {
        (li.label, next(m.text for m in sheet.marks if m.id == li.child))
        for li in sheet.links
        if li.head == evidence.id
    }
    assert {("implementers", "Ottawa"), ("affected", "Chinese"), ("rate", "25%")} <= links
    assert {("goods", "steel"), ("effective", "Tuesday")} <= links
    assert all(TEXT[m.start : m.end] == m.text for m in sheet.marks)


def test_every_region_of_label_studio_is_in_its_set_up(sheet: Sheet) -> None:
    view = ElementTree.fromstring(label_studio.setup())  # noqa: S314  # our own
    controls = {e.get("name"): e.tag.lower() for e in view if e.get("toName") == "text"}
    (text,) = view.findall("Text")
    assert (text.get("name"), text.get("value")) == ("text", "$text")
    assert {e.get("value") for e in view.iter("Label")} == set(KINDS)
    relations = {e.get("value") for e in view.iter("Relation")}
    task = label_studio.task_of(sheet)
    for region in task["predictions"][0]["result"]:
        if region["type"] == "relation":
            assert set(region["labels"]) <= relations
            assert set(region) == {"type", "from_id", "to_id", "direction", "labels"}
        else:
            assert controls[region["from_name"]] == region["type"]
            assert region["to_name"] == "text"
            chosen = region["value"].get("choices", [])
            options = view.findall(f".//*[@name='{region['from_name']}']/Choice")
            assert set(chosen) <= {option.get("value") for option in options}


def test_spans_of_prodigy_begin_and_end_with_tokens(sheet: Sheet) -> None:
    task = prodigy.task_of(sheet)
    tokens = task["tokens"]
    for n, token in enumerate(tokens):
        assert (token["id"], token["text"]) == (n, TEXT[token["start"] : token["end"]])
    assert "".join(t["text"] + " " * t["ws"] for t in tokens) == TEXT
    for span in task["spans"]:
        first, last = tokens[span["token_start"]], tokens[span["token_end"]]
        assert (first["start"], last["end"]) == (span["start"], span["end"])
    for relation in task["relations"]:
        assert relation["head"] == relation["head_span"]["token_end"]
        assert relation["child_span"] in task["spans"]


def test_brat_has_one_line_for_words_that_run_over_a_line_end(tmp_path: Path) -> None:
    text = "Tariffs\r\non steel"
    marks = (
        Mark("a", "QUOTE", 0, len(text), text, {"kind": "direct"}),
        Mark("b", "CUE", 9, 11, "on"),
    )
    sheet = Sheet("x/y", text, marks, (Link("cue", "a", "b"),))
    assert brat.write([sheet], tmp_path) == 1
    assert (tmp_path / "x%2Fy.txt").read_bytes() == text.encode()
    assert (tmp_path / "x%2Fy.ann").read_text(encoding="utf-8").splitlines() == [
        "T1\tQUOTE 0 7;9 17\tTariffs on steel",
        "A1\tkind T1 direct",
        "T2\tCUE 9 11\ton",
        "R1\tcue Arg1:T1 Arg2:T2",
    ]
    setup = (tmp_path / "annotation.conf").read_text(encoding="utf-8")
    assert "cue\tArg1:QUOTE, Arg2:CUE" in setup
    assert "kind\tArg:QUOTE, Value:direct|indirect|mixed" in setup


def test_columns_hold_words_offsets_and_tags_in_iob2(sheet: Sheet, tmp_path: Path) -> None:
    conll.write([sheet], tmp_path)
    lines = (tmp_path / "arguments.conll").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "-DOCSTART- test -X- O"
    rows = [line.split(" ") for line in lines[1:] if line]
    assert all(TEXT[int(start) : int(end)] == word for word, start, end, _ in rows)
    tags = {(word, tag) for word, _, _, tag in rows}
    assert {("25", "B-RATE"), ("%", "I-RATE"), ("steel", "B-LEVIED-GOODS"), ("a", "O")} <= tags
    sentence = lines.index("Tuesday 48 55 O")
    assert "" in lines[sentence : sentence + 5]


def test_of_nested_words_columns_tell_the_longest_and_count_the_rest(tmp_path: Path) -> None:
    text = "University of Norland"
    marks = (Mark("a", "ORG", 0, 21, text), Mark("b", "GPE", 14, 21, "Norland"))
    count, nested = conll.write([Sheet("u", text, marks, ())], tmp_path)
    assert (count, nested["entities"]) == (1, 1)
    assert "Norland 14 21 I-ORG" in (tmp_path / "entities.conll").read_text(encoding="utf-8")


# And back ---------------------------------------------------------------------------------------


def test_what_nobody_changed_in_label_studio_comes_back_to_the_byte(
    record: Record, sheet: Sheet, tmp_path: Path
) -> None:
    path = exported(tmp_path, [annotated(sheet)])
    made = import_gold(path, tmp_path / "gold", tool_of(path), {})
    assert (made.written, made.left, made.untold) == (("test",), (), ())
    gold = tmp_path / "gold"
    assert (gold / "test.json").read_text(encoding="utf-8") == record.model_dump_json()
    assert (gold / "test.txt").read_bytes().decode() == TEXT


def test_what_nobody_changed_in_prodigy_comes_back_to_the_byte(
    record: Record, sheet: Sheet, tmp_path: Path
) -> None:
    path = tmp_path / "export.jsonl"
    task = {**prodigy.task_of(sheet), "_input_hash": 1, "_task_hash": 2, "answer": "accept"}
    path.write_text(json.dumps(task) + "\n", encoding="utf-8")
    made = import_gold(path, tmp_path / "gold", tool_of(path), {})
    assert made.untold == ()
    assert (tmp_path / "gold/test.json").read_text(encoding="utf-8") == record.model_dump_json()


def test_offsets_counted_in_utf16_or_with_short_line_ends_are_told_by_the_words() -> None:
    start = TEXT.index("Canada")
    value = {"start": start, "end": start + 6, "text": "Canada"}
    wide = {**value, "start": start + 1, "end": start + 7}  # the rocket is two units
    short = {**value, "start": start - 3, "end": start + 3}  # three line ends before it
    for said in (value, wide, short):
        assert label_studio.placed(TEXT, said, "x:1") == (start, start + 6)
    with pytest.raises(ExportFault, match=r"x:1: at 0-6 stands 'Ottawa', the region says 'Canada'"):
        label_studio.placed(TEXT, {"start": 0, "end": 6, "text": "Canada"}, "x:1")


def test_words_that_were_taken_away_go_with_what_refers_to_them(sheet: Sheet) -> None:
    fixed, untold = corrected(without(sheet, mark(sheet, "DATE", "Tuesday")))
    assert untold == []
    assert "Tuesday" not in [date.text for date in fixed.dates]
    first = fixed.tariffs[0]
    assert first.effective is None or first.effective.date is None
    evidence = [m for m in sheet.marks if m.label == "EVIDENCE" and m.start == 0]
    fixed, _ = corrected(without(sheet, *evidence))
    assert [m.rate.value for m in fixed.tariffs if m.rate] == [10.0]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_taken_away_or_unlinked_leaves_a_record_that_holds(
    sheet: Sheet, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sheet.marks).map(lambda m: m.id), max_size=12))
    cut = data.draw(st.sets(st.sampled_from(sheet.links), max_size=6))
    left = without(sheet, *(m for m in sheet.marks if m.id in gone))
    left = replace(left, links=tuple(link for link in left.links if link not in cut))
    fixed, untold = corrected(left)
    assert untold == []
    assert corrected(sheet_of(fixed, TEXT)) == (fixed, [])


def test_a_status_a_value_and_a_role_are_corrected_in_place(sheet: Sheet) -> None:
    evidence = next(m for m in sheet.marks if m.label == "EVIDENCE" and m.start == 0)
    tuesday, ottawa = mark(sheet, "DATE", "Tuesday"), mark(sheet, "IMPLEMENTER", "Ottawa")
    changed = with_(
        sheet,
        replace(evidence, values={**evidence.values, "status": "announced"}),
        replace(tuesday, values={"value": "2025-05-13"}),
        replace(ottawa, label="EXCLUDED"),
    )
    fixed, untold = corrected(changed)
    assert untold == []
    measure = fixed.tariffs[0]
    assert (measure.status, measure.implementers) == ("announced", ())
    assert [party.code for party in measure.excluded] == ["CAN"]
    date = next(d for d in fixed.dates if d.text == "Tuesday")
    assert (date.value, date.earliest, date.anchor) == ("2025-05-13", "2025-05-13", None)
    assert measure.effective is not None
    assert measure.effective.value == "2025-05-13"


def test_a_value_that_must_be_there_is_not_taken_away(sheet: Sheet) -> None:
    evidence = next(m for m in sheet.marks if m.label == "EVIDENCE" and m.start == 0)
    rate = mark(sheet, "RATE", "25%")
    bare = {name: said for name, said in evidence.values.items() if name != "status"}
    wrong = {**rate.values, "value": "a quarter"}
    changed = with_(sheet, replace(evidence, values=bare), replace(rate, values=wrong))
    fixed, untold = corrected(changed)
    assert len(untold) == 2
    assert "lacks status; it stays 'in-force'" in untold[0]
    assert "value 'a quarter' is no number" in untold[1]
    assert (fixed.tariffs[0].status, fixed.tariffs[0].rate) == ("in-force", sheet_rate(sheet))


def sheet_rate(sheet: Sheet) -> Rate | None:
    assert sheet.record is not None
    return sheet.record.tariffs[0].rate


def test_words_that_were_added_join_what_they_are_linked_to(sheet: Sheet) -> None:
    firm = added("FIRM", "Li Wei")
    evidence = next(m for m in sheet.marks if m.label == "EVIDENCE" and m.start == 0)
    fixed, untold = corrected(with_(sheet, firm, links=(Link("firms", evidence.id, firm.id),)))
    assert untold == []
    assert [span.text for span in fixed.tariffs[0].firms] == ["Li Wei"]


def test_a_new_measure_holds_what_is_linked_to_it(sheet: Sheet) -> None:
    bare = replace(without(sheet, *sheet.marks), record=None)
    clause = added(
        "EVIDENCE", "levy a 10% duty", status="announced", action="impose", instrument="tariff"
    )
    rate, who = added("RATE", "10%"), added("AFFECTED", "Mexico", code="MEX")
    place = added("GPE", "Mexico")
    links = (Link("rate", clause.id, rate.id), Link("affected", clause.id, who.id))
    fixed, untold = corrected(with_(bare, clause, rate, who, place, links=links))
    assert untold == []
    (measure,) = fixed.tariffs
    assert (measure.status, measure.rule) == ("announced", "gold/by-hand")
    assert measure.rate is not None
    assert (measure.rate.value, measure.rate.unit) == (10.0, "percent")
    assert [(p.code, p.entity) for p in measure.affected] == [("MEX", fixed.entities[0].id)]


def test_mentions_join_by_their_words_are_split_off_and_merged(sheet: Sheet) -> None:
    ottawa, canada = mark(sheet, "GPE", "Ottawa"), mark(sheet, "GPE", "Canada")
    same = {li for li in sheet.links if li.label == "same" and li.child == canada.id}
    assert same, "the two are one entity as found"
    apart = replace(sheet, links=tuple(li for li in sheet.links if li not in same))
    fixed, untold = corrected(apart)
    assert untold == []
    names = {m.text: e.id for e in fixed.entities for m in e.mentions}
    assert names["Ottawa"] != names["Canada"]
    mexico = mark(sheet, "GPE", "Mexico")
    fixed, untold = corrected(with_(sheet, links=(Link("same", ottawa.id, mexico.id),)))
    assert untold == []
    names = {m.text: e.id for e in fixed.entities for m in e.mentions}
    assert names["Ottawa"] == names["Mexico"]
    assert fixed.tariffs[-1].affected[0].entity == names["Mexico"]


def test_what_cannot_be_brought_in_is_told(sheet: Sheet) -> None:
    marks = (
        replace(added("EVIDENCE", "said Li Wei"), id="a"),
        replace(added("RATE", "unfair"), id="b"),
        replace(added("Topic", "duty"), id="c"),
    )
    _, untold = corrected(with_(sheet, *marks, links=(Link("like", "a", "b"),)))
    said = "\n".join(untold)
    assert "1 marks are labelled 'Topic', which is no label of ours" in said
    assert "EVIDENCE 'said Li Wei' at" in said
    assert "does not say instrument" in said
    assert "RATE 'unfair' at" in said
    assert "link it to one EVIDENCE" in said
    assert "the link 'like'" in said


def test_a_label_of_another_name_is_said_to_be_ours(tmp_path: Path) -> None:
    foreign = [
        {"start": 0, "end": 6, "token_start": 0, "token_end": 0, "label": "Place"},
    ]
    path = tmp_path / "x.jsonl"
    task = {"text": "Ottawa spoke.", "spans": foreign, "meta": {"id": "o"}, "answer": "accept"}
    path.write_text(json.dumps(task), encoding="utf-8")
    assert "'Place'" in import_gold(path, tmp_path / "a", "prodigy", {}).untold[0]
    made = import_gold(path, tmp_path / "b", "prodigy", {"Place": "GPE"})
    assert made.untold == ()
    gold = Record.model_validate_json((tmp_path / "b/o.json").read_bytes())
    assert [(e.type, e.name) for e in gold.entities] == [("GPE", "Ottawa")]


LABEL_STUDIO_EXPORT = """[{
  "id": 1, "created_at": "2026-03-09T21:52:49.513742Z", "updated_at": "2026-03-09T22:16:08.746926Z",
  "project": 83, "inner_id": 1, "total_annotations": 1, "meta": {}, "drafts": [],
  "data": {"text": "Oslo put a duty of 15% on glass."},
  "annotations": [{
    "id": 1001, "completed_by": 10, "was_cancelled": false, "ground_truth": false,
    "created_at": "2026-03-09T22:16:08.728353Z", "updated_at": "2026-03-09T22:16:08.728378Z",
    "lead_time": 4.288, "result_count": 5, "task": 1,
    "result": [
      {"id": "Dx_aB91ISN", "from_name": "status", "to_name": "text", "type": "choices",
       "value": {"start": 0, "end": 31, "text": "Oslo put a duty of 15% on glass",
                 "choices": ["in-force"]}, "origin": "manual"},
      {"id": "Dx_aB91ISN", "from_name": "action", "to_name": "text", "type": "choices",
       "value": {"start": 0, "end": 31, "text": "Oslo put a duty of 15% on glass",
                 "choices": ["impose"]}, "origin": "manual"},
      {"id": "Dx_aB91ISN", "from_name": "instrument", "to_name": "text", "type": "choices",
       "value": {"start": 0, "end": 31, "text": "Oslo put a duty of 15% on glass",
                 "choices": ["tariff"]}, "origin": "manual"},
      {"id": "Dx_aB91ISN", "from_name": "label", "to_name": "text", "type": "labels",
       "value": {"start": 0, "end": 31, "text": "Oslo put a duty of 15% on glass",
                 "labels": ["EVIDENCE"]}, "origin": "manual"},
      {"id": "t5sp3TyXPo", "from_name": "label", "to_name": "text", "type": "labels",
       "value": {"start": 0, "end": 4, "text": "Oslo", "labels": ["IMPLEMENTER"]},
       "origin": "manual"},
      {"id": "t5sp3TyXPo", "from_name": "code", "to_name": "text", "type": "textarea",
       "value": {"start": 0, "end": 4, "text": ["NOR"]}, "origin": "manual"},
      {"from_id": "t5sp3TyXPo", "to_id": "Dx_aB91ISN", "type": "relation", "direction": "left",
       "labels": ["implementers"]},
      {"id": "s1", "from_name": "sentiment", "to_name": "text", "type": "choices",
       "value": {"choices": ["neutral"]}}
    ]}],
  "predictions": []
}]"""
"""As its documentation shows an export ("Label Studio JSON format of annotated tasks")."""

QUOTED = {"start": 0, "end": 24, "token_start": 0, "token_end": 5, "label": "QUOTE"}
SPOKEN = {"start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "SPEAKER"}
RELATION = {"head": 5, "child": 0, "head_span": QUOTED, "child_span": SPOKEN, "label": "speaker"}
PRODIGY_EXPORT = {
    "text": "Oslo put a duty on glass.",
    "_input_hash": 1842734674,
    "_task_hash": 171148,
    "tokens": [{"text": "Oslo", "start": 0, "end": 4, "id": 0, "ws": True, "disabled": False}],
    "_view_id": "relations",
    "relations": [{**RELATION, "color": "#c5bdf4"}],
    "spans": [{**SPOKEN, "text": "Oslo", "type": "span"}, QUOTED],
    "answer": "accept",
    "_timestamp": 1600000000,
}
"""As its documentation shows a task of the relations interface, annotated."""


def test_an_export_as_label_studio_documents_it_becomes_gold(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(LABEL_STUDIO_EXPORT, encoding="utf-8")
    made = import_gold(path, tmp_path / "gold", tool_of(path), {})
    assert made.untold == (f"{path}:1: choices 'sentiment' belongs to no words: left out",)
    gold = Record.model_validate_json((tmp_path / "gold/1.json").read_bytes())
    (measure,) = gold.tariffs
    assert (measure.status, measure.action, measure.instrument) == ("in-force", "impose", "tariff")
    assert [(p.name, p.code) for p in measure.implementers] == [("Oslo", "NOR")]


def test_an_export_as_prodigy_documents_it_becomes_gold(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps(PRODIGY_EXPORT) + "\n", encoding="utf-8")
    made = import_gold(path, tmp_path / "gold", tool_of(path), {})
    assert (made.written, made.untold) == (("line-1",), ())
    gold = Record.model_validate_json((tmp_path / "gold/line-1.json").read_bytes())
    (quote,) = gold.quotes
    assert quote.speaker is not None
    assert (quote.text, quote.speaker.span.text) == ("Oslo put a duty on glass", "Oslo")


def test_tasks_that_nobody_accepted_are_named(sheet: Sheet, tmp_path: Path) -> None:
    cancelled = annotated(sheet)
    cancelled["annotations"][0]["was_cancelled"] = True
    path = exported(tmp_path, [cancelled, annotated(sheet, annotations=[])])
    made = import_gold(path, tmp_path / "a", "label-studio", {})
    assert [left.why for left in made.left] == ["skipped by the annotator", "not annotated yet"]
    lines = [json.dumps({"text": "x", "answer": answer}) for answer in ("reject", "ignore")]
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join([*lines, '{"text": "y"}']), encoding="utf-8")
    made = import_gold(path, tmp_path / "b", "prodigy", {})
    assert [left.why for left in made.left] == [
        "answered 'reject'",
        "answered 'ignore'",
        "not answered yet",
    ]
    assert made.left[2].where == f"{path}:3"


def test_of_two_annotations_the_ground_truth_counts_and_old_exports_are_read(
    sheet: Sheet, tmp_path: Path
) -> None:
    task = annotated(sheet)
    late = {"result": [], "updated_at": "2026-01-02"}
    task["completions"] = [{**task.pop("annotations")[0], "ground_truth": True}, late]
    made = import_gold(exported(tmp_path, [task]), tmp_path / "gold", "label-studio", {})
    assert "2 annotations" in made.untold[0]
    gold = Record.model_validate_json((tmp_path / "gold/test.json").read_bytes())
    assert gold.tariffs


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[\n {"id": 1, "text": "x", "label": []}]', "x.json:2: has no data.text"),
        ('[\n {"data": {"text": "x"}, "label": []}]', "not JSON-MIN"),
        ('[\n {"data": {},\n}]', "x.json:3: no JSON"),
        ('{"answer": "accept"}', "x.json:1: has no text"),
        ('{"text": "x", "answer": "yes"}', "answer 'yes'; there are accept, reject, ignore"),
        ('{"text": "x", "spans": [{"start": 0}], "answer": "accept"}', "span 1 lacks"),
        ('{"text": "x", "answer": "accept", "record": "{}"}', "its record does not hold: id"),
        ("text,label", "neither a JSON array"),
    ],
)
def test_an_export_that_cannot_be_read_is_said_with_file_and_line(
    content: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(app, ["gold", "import", str(path), "-o", str(tmp_path / "gold")])
    assert result.exit_code == 1
    assert said in result.stderr.replace("\n", "")
    assert not (tmp_path / "gold").exists()


def test_records_go_out_and_come_back_as_gold_on_the_command_line(
    record: Record, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "test.json").write_text(record.model_dump_json(), encoding="utf-8")
    export = ["export", str(out), "--to", "prodigy", "-o", str(tmp_path / "tasks")]
    result = CliRunner().invoke(app, export)
    assert result.exit_code == 1, "its text was not found"
    assert "test: left out" in result.stderr
    (out / "test.txt").write_bytes(TEXT.encode())
    assert CliRunner().invoke(app, export).exit_code == 0
    tasks = tmp_path / "tasks/tasks.jsonl"
    accepted = {**json.loads(tasks.read_text(encoding="utf-8")), "answer": "accept"}
    tasks.write_text(json.dumps(accepted), encoding="utf-8")
    gold = tmp_path / "gold"
    result = CliRunner().invoke(app, ["gold", "import", str(tasks), "-o", str(gold)])
    assert (result.exit_code, result.stderr.split(",")[0]) == (0, f"1 articles in {gold}/")
    result = CliRunner().invoke(app, ["eval", str(gold), "--json"])
    scores = json.loads(result.stdout)[str(gold)]["scores"]
    assert {scores[f"{name} right.f1"]["value"] for name in ("tariffs", "dates", "quotes")} == {100}
