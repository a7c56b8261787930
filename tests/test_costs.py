from __future__ import annotations

import json
from pathlib import Path
from time import sleep

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.costs import Costs
from pipeline.running import Finished, Summary
from pipeline.stages import STAGES

ARTICLE = "TOKYO, May 6 - Japan put a 25% tariff on imported steel on Tuesday, the ministry said.\n"


def test_the_time_of_a_step_is_added_up_until_it_is_taken() -> None:
    costs = Costs()
    for _ in range(2):
        with costs.of("parsing"):
            sleep(0.002)
    with pytest.raises(ZeroDivisionError), costs.of("dates"):
        _ = 1 / 0
    taken = costs.taken()
    assert taken["parsing"] >= 0.004
    assert set(taken) == {"parsing", "dates"}
    assert costs.taken() == {}


def test_what_workers_tell_is_summed_in_the_order_of_the_steps() -> None:
    summary = Summary()
    summary.add(Finished("a", b"", {}, words=300, seconds={"parsing": 2.0, "validation": 1.0}))
    summary.add(Finished("b", b"", {}, words=100, seconds={"dates": 1.0, "parsing": 3.0}))
    summary.spend({"writing": 0.5, "reading": 0.5})
    profile = summary.profile()
    assert list(profile) == ["reading", "parsing", "dates", "validation", "writing", "all"]
    assert profile["parsing"] == (5.0, 0.625, 80.0)
    assert profile["all"] == (8.0, 1.0, 50.0)


def test_a_run_tells_what_each_step_took(tmp_path: Path) -> None:
    (tmp_path / "tokyo.txt").write_text(ARTICLE, encoding="utf-8")
    asked = ["run", str(tmp_path / "tokyo.txt"), "-o", str(tmp_path / "out"), "--profile", "--redo"]
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["profile"]
    steps = list(told["steps"])
    stages = [stage.name for stage in STAGES]
    assert steps == [
        *("reading", "sorting", "loading", "parsing", *stages, "validation", "writing", "all")
    ]
    assert told["words"] == len(ARTICLE.split())
    assert sum(told["steps"][step]["share"] for step in steps[:-1]) == pytest.approx(1, abs=0.01)
    shown = CliRunner().invoke(app, asked).stderr
    assert [line.split()[0] for line in shown.splitlines() if "%" in line] == steps
