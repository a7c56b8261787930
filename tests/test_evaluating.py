from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.extraction import Extractor
from pipeline.tuning.evaluating import (
    GoldError,
    Score,
    articles_of,
    as_json_of,
    compare,
    evaluate,
    read_gold,
)
from pipeline.tuning.evaluating.dates import sense
from pipeline.tuning.evaluating.tallies import f1, one_to_one

TEXT = "Ottawa imposed a 25% tariff on Chinese steel on Tuesday."


def gold_file(folder: Path, value: str) -> Path:
    start = TEXT.index("Tuesday")
    timex = {"start": start, "end": start + 7, "type": "DATE", "value": value}
    doc = {"id": "a", "text": TEXT, "published": "2025-05-07", "timexes": [timex]}
    path = folder / "dates.jsonl"
    path.write_text(json.dumps(doc) + "\n", encoding="utf-8")
    return path


def evaluated(*arguments: str | Path) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    result = CliRunner().invoke(app, ["eval", *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    made: dict[str, dict[str, dict[str, dict[str, float]]]] = json.loads(result.stdout)
    return made


def test_a_right_value_counts_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    for value, expected in (("2025-05-06", 100.0), ("2025-05-13", 0.0)):
        path = gold_file(tmp_path, value)
        scores = evaluated(path)[str(path)]["scores"]
        assert scores["strict.f1"]["value"] == 100.0
        assert scores["value.f1"]["value"] == expected


def test_records_are_right_against_themselves_and_wrong_where_corrected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    run = ["run", str(tmp_path / "a.txt"), "-o", str(tmp_path), "--published", "2025-05-07", "-q"]
    assert CliRunner().invoke(app, run).exit_code == 0
    scores = evaluated(tmp_path)[str(tmp_path)]["scores"]
    assert scores["dates right.f1"]["value"] == 100.0
    path = tmp_path / "a.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["dates"][0]["value"] = "2025-05-13"
    path.write_text(json.dumps(record), encoding="utf-8")
    scores = evaluated(tmp_path)[str(tmp_path)]["scores"]
    assert scores["dates found.f1"]["value"] == 100.0
    assert scores["dates right.f1"]["value"] == 0.0


def test_a_file_that_is_no_gold_set_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(GoldError, match="none of the keys timexes"):
        read_gold(tmp_path / "x.jsonl")
    assert CliRunner().invoke(app, ["eval", str(tmp_path / "none.jsonl")]).exit_code == 2


def test_f1_is_the_harmonic_mean_and_pairs_are_one_to_one() -> None:
    assert f1(2, 4, 2)["f1"] == pytest.approx(200 * 0.5 * 1 / 1.5)
    assert f1(0, 0, 3)["f1"] == 0.0
    assert isnan(f1(0, 0, 0)["f1"])
    assert one_to_one([(1, 0, 0), (2, 0, 1), (3, 1, 1)]) == [(0, 0), (1, 1)]


def dated(folder: Path, count: int) -> Path:
    """A gold set of as many documents, each with a weekday that has a value."""
    start = TEXT.index("Tuesday")
    timex = {"start": start, "end": start + 7, "type": "DATE", "value": "2025-05-06"}
    docs = [
        {"id": str(n), "text": TEXT, "published": "2025-05-07", "timexes": [timex]}
        for n in range(count)
    ]
    path = folder / "dates.jsonl"
    path.write_text("".join(json.dumps(doc) + "\n" for doc in docs), encoding="utf-8")
    return path


def test_a_difference_is_more_than_chance_where_nearly_every_document_shows_it(
    extractor: Extractor, tmp_path: Path
) -> None:
    path = dated(tmp_path, 12)
    gold = read_gold(path)
    right = [extractor(article) for article in articles_of(gold, path)]
    blind = [record.model_copy(update={"dates": ()}) for record in right]
    for worse, sure in (([*right[1:], blind[0]], False), ([right[0], *blind[1:]], True)):
        before = json.loads(json.dumps(as_json_of(evaluate(gold, worse))))
        since = compare(before, evaluate(gold, right))
        recall = since.differences["value.r"]
        assert (since.documents, since.left_out) == (12, 0)
        assert recall.value == pytest.approx(100 / 12 if not sure else 1100 / 12)
        assert recall.low <= recall.value <= recall.high
        assert recall.is_more_than_chance == sure


def test_the_same_records_differ_in_nothing_and_corrected_gold_is_not_compared(
    extractor: Extractor, tmp_path: Path
) -> None:
    path = dated(tmp_path, 3)
    gold = read_gold(path)
    found = [extractor(article) for article in articles_of(gold, path)]
    now = evaluate(gold, found)
    before = json.loads(json.dumps(as_json_of(now)))
    assert {each.value for each in compare(before, now).differences.values()} == {0.0}
    before["counted"]["1"]["gold"] = "another"
    since = compare(before, now)
    assert (since.documents, since.left_out) == (2, 1)
    with pytest.raises(GoldError, match="of 'quotes', not of 'dates'"):
        compare({**before, "field": "quotes"}, now)


def test_a_baseline_is_the_json_of_an_earlier_evaluation(tmp_path: Path) -> None:
    path = dated(tmp_path, 2)
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps(evaluated(path)), encoding="utf-8")
    command = ["eval", str(path), "--baseline", str(earlier)]
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, "nothing changed" in result.stdout) == (0, True)
    earlier.write_text("[]", encoding="utf-8")
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, "make it with eval --json" in result.stderr) == (2, True)


def test_rules_and_sources_have_intervals(extractor: Extractor, tmp_path: Path) -> None:
    path = dated(tmp_path, 4)
    gold = read_gold(path)
    found = [extractor(article) for article in articles_of(gold, path)]
    documents = tuple({**doc, "source": "ab"[n % 2]} for n, doc in enumerate(gold.documents))
    made = evaluate(replace(gold, documents=documents), found)
    (precision,) = {(r.right, r.found, r.precision) for r in made.rules.values() if r.found == 4}
    assert precision == (4, 4, Score(100.0, 100.0, 100.0))
    assert made.sources["a"]["value.f1"] == Score(100.0, 100.0, 100.0)


def test_furniture_of_gold_is_left_out_when_it_is_scored(tmp_path: Path) -> None:
    text = f"Duties on steel\n\nMay 7, 2025\n\n{TEXT}\n\nWe use cookies to improve your visit.\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    run = ["run", str(tmp_path / "a.txt"), "-o", str(tmp_path), "-q"]
    assert CliRunner().invoke(app, run).exit_code == 0
    scores = evaluated(tmp_path)[str(tmp_path)]["scores"]
    for name in ("entities", "dates", "tariffs"):
        assert scores[f"{name} right.f1"]["value"] == 100.0


@pytest.mark.parametrize(
    ("one", "other"),
    [("P12M", "P1Y"), ("P7D", "P1W"), ("PT24H", "P1D"), ("P1DE", "P10Y"), ("PT2H", "PT120M"),
     ("2025-05-06T08:00:00", "2025-05-06T08:00"), ("1998-XX-XX", "1998"), ("199X", "199")],
)  # fmt: skip
def test_values_that_are_written_otherwise_have_one_sense(one: str, other: str) -> None:
    assert sense(one) == sense(other)
    assert sense(one) != sense("P11M")
