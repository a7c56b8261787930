from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.tuning.evaluating import GoldError, read_gold
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
    assert f1(0, 0, 0)["f1"] == 0.0
    assert one_to_one([(1, 0, 0), (2, 0, 1), (3, 1, 1)]) == [(0, 0), (1, 1)]
