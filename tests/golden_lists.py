"""Keeps the lists of known differences in the golden files in step with the pipeline.

    python -m tests.golden_lists               what is not listed, as lines to paste; what is right
    python -m tests.golden_lists --take-off    take off the lists what is right now
    python -m tests.golden_lists clay tea      only the files whose names hold these words

It never adds to a list: a new difference is mended, or listed by a person with its reason.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection

import pipeline
from tests import goldens
from tests.golden_differences import as_yaml, differences, unlisted_and_stale


def without(text: str, golden: goldens.Golden, stale: Collection[goldens.Difference]) -> str:
    """The text of a golden file without the lines of these differences; a list is one a line."""
    kept: list[str] = []
    left: list[goldens.Difference] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(("misses:", "surplus:")):
            left = list(golden.misses if line.startswith("misses:") else golden.surplus)
        elif not line.startswith(" "):
            left = []
        elif left and line.startswith("  - {kind: "):
            known = left.pop(0)
            if any(known is one for one in stale):
                continue
        kept.append(line)
    heads = ("misses:\n", "surplus:\n")
    return "".join(
        line
        for line, following in zip(kept, [*kept[1:], ""], strict=True)
        if line not in heads or following.startswith(" ")
    )


def main() -> int:
    """Show or mend; 1 where something is not in step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="words in the names of golden files")
    parser.add_argument("--take-off", action="store_true", help="mend the lists")
    options = parser.parse_args()
    wrong = 0
    for path in goldens.golden_files():
        if options.names and not any(name in path.stem for name in options.names):
            continue
        golden = goldens.load(path)
        record = pipeline.extract(golden.text, id=golden.id, published=golden.given_published)
        unlisted, stale = unlisted_and_stale(golden, differences(golden, record))
        if options.take_off and stale:
            path.write_text(without(path.read_text("utf-8"), golden, stale), encoding="utf-8")
        lines = [as_yaml(golden, one) for one in unlisted]
        lines += [f"  now right: {one.kind} {one.words!r}" for one in stale]
        sys.stdout.writelines(f"{line}\n" for line in [path.name, *lines] if lines)
        wrong += len(unlisted) + (0 if options.take_off else len(stale))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
