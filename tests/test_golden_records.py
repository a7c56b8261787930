"""What the pipeline finds is what the golden files say, but for the differences they list."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipeline
from tests import golden_differences, goldens


@pytest.mark.parametrize("path", goldens.golden_files(), ids=lambda path: path.stem)
def test_records_differ_from_golden_files_only_where_they_say_so(path: Path) -> None:
    golden = goldens.load(path)
    record = pipeline.extract(golden.text, id=golden.id, published=golden.given_published)
    found = golden_differences.differences(golden, record)
    unlisted, stale = golden_differences.unlisted_and_stale(golden, found)
    told = [f"{path.name}: mend the pipeline, or list with a reason:"] * bool(unlisted)
    told += [golden_differences.as_yaml(golden, one) for one in unlisted]
    told += [
        f"{path.name}: now right, take it off the list: {one.kind} {one.words!r}" for one in stale
    ]
    assert not told, "\n".join(["", *told])
