from __future__ import annotations

import csv
import datetime
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.findings import Status, TariffMeasure
from pipeline.record import Record
from pipeline.tables import RecordFault, load
from pipeline.tables.dictionary import datapackage, dictionary
from pipeline.tables.exporting import export
from pipeline.tables.formats import FORMATS, Xlsx
from pipeline.tables.layouts import LAYOUTS
from pipeline.tables.links import link_to
from tests.drafts import Draft, sample_drafts

NAMES = {
    "articles", "entities", "mentions", "tariffs", "tariff_parties", "tariff_goods", "figures",
    "dates", "quotes", "evidence",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    for draft in sample_drafts():
        draft.write(out)
    return out


# Reading back -------------------------------------------------------------------------------------


def test_a_folder_is_read_back_as_the_records_that_were_written(folder: Path) -> None:
    written = sorted((draft.record() for draft in sample_drafts()), key=lambda r: r.id)
    records = load(folder)
    assert list(records) == written
    assert len(records) == 3
    assert records[0] == written[0]
    assert records[1:] == written[1:]


def test_a_faulty_file_is_named_and_left_out(folder: Path) -> None:
    (folder / "broken.json").write_text("{")
    old = json.loads((folder / "tea.json").read_text())
    (folder / "old.json").write_text(json.dumps({**old, "schema_version": "0.9.0"}))
    faults: list[RecordFault] = []
    ids = [record.id for record in load(folder, on_fault=faults.append)]
    assert ids == ["glass", "hostile", "tea"]
    assert [fault.path.name for fault in faults] == ["broken.json", "old.json"]
    assert "is no record" in faults[0].message
    assert "schema version 0.9.0" in faults[1].message


def test_without_anyone_to_tell_a_faulty_file_raises(folder: Path) -> None:
    (folder / "broken.json").write_text("[]")
    with pytest.raises(RecordFault, match=r"broken\.json"):
        list(load(folder))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        load(tmp_path / "nowhere")


def test_records_are_read_one_at_a_time(folder: Path) -> None:
    (folder / "zzz.json").write_text("broken")
    records = iter(load(folder))
    assert next(records).id == "glass"  # the broken one at the end is not reached yet


# The tables ---------------------------------------------------------------------------------------


def test_there_is_a_table_for_each_kind_of_finding() -> None:
    assert set(LAYOUTS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_row_says_where_it_is_from(folder: Path, name: str) -> None:
    table = load(folder).frame(name).to_arrow()
    assert table.column_names[:4] == ["article_id", "source", "url", "published"]
    assert table.column("article_id").null_count == 0


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_key_names_one_row(folder: Path, name: str) -> None:
    rows = load(folder).frame(name).to_arrow().select(list(LAYOUTS[name].key)).to_pylist()
    assert rows
    assert len({tuple(row.values()) for row in rows}) == len(rows)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_every_column_has_a_meaning_and_a_name_of_its_own(layout: object) -> None:
    columns = layout.columns  # type: ignore[attr-defined]  # parametrize hands over an object
    assert len({column.name for column in columns}) == len(columns)
    for column in columns:
        assert column.about.endswith((".", ")")), f"{column.name}: {column.about!r}"


def test_a_measure_is_a_row_with_codes_rates_and_days(folder: Path) -> None:
    (row,) = (r for r in load(folder).tariffs.to_arrow().to_pylist() if r["article_id"] == "glass")
    assert row["implementers"] == "NOR"
    assert row["affected"] == "TUR"
    assert row["excluded"] is None
    assert row["goods"] == "glass"
    assert row["goods_hs"] == "7003; 7005"
    assert row["rate_pct"] == 25.0
    assert row["previous_rate_pct"] is None
    assert row["status"] == "announced"
    assert row["effective_value"] == "2026-03-01"
    assert row["effective_earliest"] == datetime.date(2026, 3, 1)
    assert row["published"] == datetime.date(2026, 2, 9)


def test_an_amount_per_unit_is_no_percentage() -> None:
    draft = Draft("oil", "India put a tariff of 4.29 USD a barrel on oil.")
    measure = draft.tariff("a tariff of 4.29 USD a barrel on oil", rate=4.29)
    assert measure.rate is not None
    specific = measure.rate.model_copy(update={"unit": "USD/barrel"})
    draft.tariffs[0] = measure.model_copy(update={"rate": specific})
    (row,) = LAYOUTS["tariffs"].batch([draft.record()]).to_pylist()
    assert row["rate_pct"] is None
    assert (row["rate_value"], row["rate_unit"]) == (4.29, "USD/barrel")


def test_a_zero_rate_is_not_a_missing_rate() -> None:
    draft = Draft("zero", "India made oil duty-free. Kenya taxed tea.")
    draft.tariff("India made oil duty-free", rate=0)
    draft.tariff("Kenya taxed tea")
    rows = LAYOUTS["tariffs"].batch([draft.record()]).to_pylist()
    assert [row["rate_pct"] for row in rows] == [0.0, None]


def test_a_status_is_a_category_with_all_its_words(folder: Path) -> None:
    frame = load(folder).tariffs.to_pandas()
    assert list(frame["status"].cat.categories) == list(Status.__args__)  # type: ignore[attr-defined]
    assert load(folder).tariffs.to_polars()["status"].to_list() == [
        "announced", "in-force", "proposed",
    ]  # fmt: skip


def test_evidence_names_the_field_it_proves(folder: Path) -> None:
    rows = load(folder).evidence.to_arrow().to_pylist()
    of_glass = [r for r in rows if r["article_id"] == "glass" and r["of_table"] == "tariffs"]
    assert [(r["field"], r["basis"], r["text"]) for r in of_glass if r["field"] == "affected"] == [
        ("affected", "inferred", "Turkish")
    ]
    quotes = [r["field"] for r in rows if r["article_id"] == "glass" and r["of_table"] == "quotes"]
    assert quotes == ["spans", "speaker", "cue"]


def test_every_span_of_a_measure_is_in_evidence(folder: Path) -> None:
    from pipeline.findings import spans_of

    record = next(r for r in load(folder) if r.id == "glass")
    rows = LAYOUTS["evidence"].batch([record]).to_pylist()
    there = {(r["start"], r["end"]) for r in rows if r["of_table"] == "tariffs"}
    assert there == {(s, e) for t in record.tariffs for s, e, _ in spans_of(t)}


def test_a_frame_is_an_arrow_stream(folder: Path) -> None:
    assert pl.DataFrame(load(folder).quotes).height == 2


def test_an_empty_folder_has_tables_without_rows(tmp_path: Path) -> None:
    table = load(tmp_path).tariffs.to_arrow()
    assert table.num_rows == 0
    assert table.schema.equals(LAYOUTS["tariffs"].schema)


# Links --------------------------------------------------------------------------------------------


def test_a_link_opens_the_article_at_the_words() -> None:
    address = "https://news.example/a"
    assert (
        link_to(address, "a 25% tariff,\nnow") == f"{address}#:~:text=a%2025%25%20tariff%2C%20now"
    )
    assert link_to(f"{address}#top", "zero-duty") == f"{address}#top:~:text=zero%2Dduty"


def test_a_long_text_is_linked_by_its_ends() -> None:
    words = " ".join(f"w{i}" for i in range(100))
    assert link_to("https://x.example", words) == (
        "https://x.example#:~:text=w0%20w1%20w2%20w3%20w4,w95%20w96%20w97%20w98%20w99"
    )


def test_only_a_web_address_becomes_a_link() -> None:
    assert link_to(None, "words") is None
    assert link_to("javascript:alert(1)", "words") is None


# Export -------------------------------------------------------------------------------------------


@pytest.fixture
def records(folder: Path) -> Iterator[Record]:
    return iter(load(folder))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "tables"


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_has_its_dictionary_and_its_package(
    records: Iterator[Record], out: Path, format: str
) -> None:
    rows = export(records, out, format=format)
    assert rows["tariffs"] == 3
    package = json.loads((out / "datapackage.json").read_text())
    assert {resource["name"] for resource in package["resources"]} == NAMES
    assert all((out / resource["path"]).is_file() for resource in package["resources"])
    assert (out / "DICTIONARY.md").read_text() == dictionary(LAYOUTS.values())
    assert not list(out.glob(".export-*"))


def test_parquet_keeps_types(records: Iterator[Record], out: Path) -> None:
    export(records, out, format="parquet")
    table = pq.read_table(out / "tariffs.parquet")
    assert table.schema.equals(LAYOUTS["tariffs"].schema)
    assert table.column("rate_pct").to_pylist() == [25.0, 10.0, None]


def test_csv_tells_empty_from_missing_and_keeps_codes_as_text(out: Path) -> None:
    draft = Draft("empty", "Kenya taxed tea.")
    draft.tariff("Kenya taxed tea", goods="tea/0902")
    record = draft.record()
    empty = record.source.model_copy(update={"path": "", "url": None})
    export([record.model_copy(update={"source": empty})], out, format="csv")
    head, row = (out / "tariff_goods.csv").read_text().splitlines()
    assert row.startswith('"empty","",,,"t1",1,"tea","0902"')
    (parsed,) = csv.DictReader([head, row])
    assert parsed["hs"] == "0902"


def test_a_spreadsheet_has_no_formula_even_of_a_text_like_one(
    records: Iterator[Record], out: Path
) -> None:
    export(records, out, format="xlsx")
    book = openpyxl.load_workbook(out / "tariffwire.xlsx")
    assert set(book.sheetnames) == NAMES | {"read me"}
    sheet = book["tariff_goods"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert cells["=1+1"].data_type == "s"
    assert cells["09"].data_type == "s"
    for each in book:
        assert not any(cell.data_type == "f" for row in each.iter_rows() for cell in row)
        assert not any(cell.hyperlink for row in each.iter_rows() for cell in row)


def test_a_spreadsheet_has_a_frozen_header_and_filters(
    records: Iterator[Record], out: Path
) -> None:
    export(records, out, format="xlsx")
    sheet = openpyxl.load_workbook(out / "tariffwire.xlsx")["tariffs"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    head = [cell.value for cell in sheet[1]]
    assert head == [column.name for column in LAYOUTS["tariffs"].columns]
    glass = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
    assert glass["published"] == datetime.datetime(2026, 2, 9)  # noqa: DTZ001  # Excel has no zones
    assert glass["rate_pct"] == 25


def test_a_spreadsheet_is_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        export(load(folder), tmp_path / name, format="xlsx")
    assert (tmp_path / "a/tariffwire.xlsx").read_bytes() == (
        tmp_path / "b/tariffwire.xlsx"
    ).read_bytes()


def test_more_rows_than_a_sheet_holds_go_on_in_another(
    records: Iterator[Record], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Xlsx, "LAST_ROW", 2)
    export(records, out, format="xlsx")
    book = openpyxl.load_workbook(out / "tariffwire.xlsx")
    first, second = book["tariffs"], book["tariffs (2)"]
    assert (first.max_row, second.max_row) == (3, 2)
    assert second["A1"].value == "article_id"


def test_sqlite_has_keys(records: Iterator[Record], out: Path) -> None:
    export(records, out, format="sqlite")
    connection = sqlite3.connect(out / "tariffwire.sqlite")
    try:
        rows = connection.execute(
            "SELECT t.article_id, g.hs, t.published FROM tariffs t "
            "JOIN tariff_goods g USING (article_id, tariff_id) WHERE t.rate_pct > 20"
        ).fetchall()
        assert rows == [("glass", "7003; 7005", "2026-02-09")]
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("INSERT INTO articles (article_id) VALUES ('glass')")
    finally:
        connection.close()


def test_duckdb_has_enums_and_comments(records: Iterator[Record], out: Path) -> None:
    export(records, out, format="duckdb")
    with duckdb.connect(str(out / "tariffwire.duckdb"), read_only=True) as connection:
        counted = connection.execute(
            "SELECT status::VARCHAR, count(*) FROM tariffs GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        assert counted == [("announced", 1), ("in-force", 1), ("proposed", 1)]
        about = connection.execute(
            "SELECT comment FROM duckdb_columns() "
            "WHERE table_name = 'tariffs' AND column_name = 'status'"
        ).fetchone()
        assert about == (TariffMeasure.model_fields["status"].description,)


def test_an_export_replaces_the_one_before(folder: Path, out: Path) -> None:
    export(load(folder), out, format="sqlite")
    rows = export([], out, format="sqlite")
    assert rows["articles"] == 0
    connection = sqlite3.connect(out / "tariffwire.sqlite")
    try:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)
    finally:
        connection.close()


def test_the_package_says_what_each_column_is_and_refers_to() -> None:
    package = json.loads(datapackage(tuple(LAYOUTS.values()), "csv"))
    tariffs = next(r for r in package["resources"] if r["name"] == "tariff_goods")
    assert tariffs["path"] == "tariff_goods.csv"
    assert tariffs["schema"]["primaryKey"] == ["article_id", "tariff_id", "position"]
    assert [key["reference"]["resource"] for key in tariffs["schema"]["foreignKeys"]] == [
        "articles", "tariffs",
    ]  # fmt: skip
    fields = {field["name"]: field for field in tariffs["schema"]["fields"]}
    assert fields["published"]["type"] == "date"
    assert fields["basis"]["categories"] == ["stated", "inherited", "inferred"]


def test_the_dictionary_takes_meanings_from_the_models() -> None:
    about = TariffMeasure.model_fields["status"].description
    assert f"| `status` | category | {about} One of `denied`" in dictionary(LAYOUTS.values())


# The command --------------------------------------------------------------------------------------


def command(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, " ".join(result.stderr.split())


def test_the_command_exports_and_counts(folder: Path, out: Path) -> None:
    status, said = command("export", folder, "--to", "csv", "-o", out)
    assert status == 0
    assert "3 tariffs" in said
    assert (out / "tariffs.csv").is_file()


def test_the_command_names_faulty_files_and_exports_the_others(folder: Path, out: Path) -> None:
    (folder / "[bold].json").write_text("{}")
    status, said = command("export", folder, "--to", "csv", "-o", out)
    assert status == 1
    assert said.count("[bold].json: is no record") == 1
    assert "3 articles" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "ods"), "there are parquet, csv, xlsx, sqlite, duckdb"),
        (("--to", "csv", "-o", "{folder}"), "a folder of their own"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(
    folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    status, said = command("export", folder, *(a.format(folder=folder) for a in arguments))
    assert status == 2
    assert message in said.replace("│ ", "")


def test_the_command_refuses_a_folder_without_records(tmp_path: Path) -> None:
    status, said = command("export", tmp_path, "--to", "csv", "-o", tmp_path / "tables")
    assert status == 2
    assert "holds no records" in said.replace("│ ", "")
    assert not (tmp_path / "tables").exists()


def test_a_missing_extra_is_named_in_one_line(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("pipeline.tables.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    status, said = command("export", folder, "--to", "csv", "-o", out)
    assert status == 2
    assert said == "This needs the package pyarrow: pip install 'tariffwire[tables]'"
