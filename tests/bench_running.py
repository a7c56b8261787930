"""What many articles cost, as ratios: workers, gate, unchanged rerun, memory.

    python -m tests.bench_running workers gate rerun       minutes
    python -m tests.bench_running memory --articles 200000

Articles are made up. Ratios hold from machine to machine, seconds do not; on a shared machine even
ratios of wall time swing by a tenth, so CPU time is given beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter, sleep

ROOT = Path(__file__).parents[1]
TRADE = (
    "Peru said on Monday that it will put a duty of {0}% on Chilean pears from next year. The "
    "ministry of agriculture in Lima said that {0} growers had asked for it since the spring. "
    "“We were not asked,” said Ana Soto, who speaks for the port of Callao. It is notice {1}.\n"
)
OTHER = (
    "The choir of the town sang for {0} people on Monday in the old mill by the river. The mayor, "
    "Ana Soto, said that the roof had cost more than anybody thought. “We will sing again,” she "
    "said. The next concert is in the spring, in room {0}. It is notice {1}.\n"
)


def write_articles(path: Path, count: int, *, times: int, share: float = 1.0) -> None:
    """JSON Lines of articles, of which a share speaks of trade."""
    with path.open("w", encoding="utf-8") as lines:
        for n in range(count):
            trade = int(n * share) != int((n + 1) * share)
            text = "\n".join(
                (TRADE if trade else OTHER).format(n % 97, n + k) for k in range(times)
            )
            lines.write(json.dumps({"id": f"a{n:07}", "text": text}) + "\n")


@dataclass(frozen=True)
class Cost:
    """What a run took."""

    wall_s: float
    cpu_s: float
    """Of the command and its workers."""
    worker_mb: float
    """The most that one process held."""
    curve: tuple[tuple[int, float], ...]
    """Records in the folder, and MB that the largest process held then."""


def tree(process: int) -> Iterator[int]:
    """A process and those below it."""
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            for child in task.read_text(encoding="utf-8").split():
                yield from tree(int(child))
        except OSError:  # it has ended
            continue


def largest_mb(process: int) -> float:
    """What the largest process of a tree holds."""
    sizes = [0]
    for each in tree(process):
        try:
            sizes.append(int(Path(f"/proc/{each}/statm").read_text(encoding="utf-8").split()[1]))
        except OSError:
            continue
    return max(sizes) * resource.getpagesize() / 1e6


def cpu_of(process: int) -> dict[int, float]:
    """Seconds of CPU that each process of a tree has taken."""
    taken = {}
    for each in tree(process):
        try:
            said = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        taken[each] = (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
    return taken


def cost(
    *arguments: str | Path, count: Callable[[], int] = lambda: 0, every_s: float = 1.0
) -> Cost:
    """Run the command and look on."""
    started = perf_counter()
    command = [sys.executable, "-m", "pipeline.cli", "run", *map(str, arguments), "-q"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    curve = []
    taken: dict[int, float] = {}
    while process.poll() is None:
        curve.append((count(), largest_mb(process.pid)))
        taken |= cpu_of(process.pid)
        sleep(every_s)
    most = max(mb for _, mb in curve)
    return Cost(perf_counter() - started, sum(taken.values()), most, tuple(curve))


def workers(folder: Path, rounds: int) -> Iterator[str]:
    """One worker against two, 1,000 short articles, rounds interleaved."""
    write_articles(folder / "in.jsonl", 1000, times=6)
    made: dict[int, list[Cost]] = {1: [], 2: []}
    for n in range(rounds):
        for count, costs in made.items():
            out = folder / f"out-{count}-{n}"
            costs.append(
                cost(folder / "in.jsonl", "-o", out, "--workers", f"{count}", every_s=0.25)
            )
    one, two = (min(made[count], key=lambda each: each.wall_s) for count in (1, 2))
    yield f"one worker   {one.wall_s:7.1f} s wall  {one.cpu_s:7.1f} s CPU  {one.worker_mb:5.0f} MB"
    yield f"two workers  {two.wall_s:7.1f} s wall  {two.cpu_s:7.1f} s CPU  {two.worker_mb:5.0f} MB"
    speed_up, cpu = one.wall_s / two.wall_s, two.cpu_s / one.cpu_s
    yield f"speed-up {speed_up:.2f} (goal 1.80), CPU {cpu:.3f} (goal 1.05)"


def rerun(folder: Path, rounds: int) -> Iterator[str]:
    """A run against the same again: the work without the start of the program."""
    write_articles(folder / "in.jsonl", 1000, times=6)
    start = min(
        cost(folder / "none.jsonl", "-o", folder / "none", every_s=0.02).wall_s
        for _ in range(rounds)
    )
    cold = cost(folder / "in.jsonl", "-o", folder / "out", every_s=0.1).wall_s
    again = min(
        cost(folder / "in.jsonl", "-o", folder / "out", every_s=0.02).wall_s for _ in range(rounds)
    )
    yield f"start {start:.2f} s, cold {cold:.2f} s, unchanged {again:.2f} s"
    work = (again - start) / (cold - start)
    yield f"with the start {again / cold:.4f}, without {work:.4f} (goal 0.01)"


def gate(folder: Path, rounds: int) -> Iterator[str]:
    """All articles against those with a word of trade, in a stream of which 2.8 % speak of it."""
    write_articles(folder / "in.jsonl", 9000, times=6, share=0.028)
    made: dict[str, list[float]] = {"all": [], "trade": []}
    for n in range(rounds):
        for name, option in (("all", ()), ("trade", ("--only-trade",))):
            out = folder / f"{name}-{n}"
            made[name].append(cost(folder / "in.jsonl", "-o", out, *option).wall_s)
    every, some = min(made["all"]), min(made["trade"])
    yield f"all {every:.1f} s, only trade {some:.1f} s: {every / some:.1f} times (goal 8)"


def memory(folder: Path, articles: int) -> Iterator[str]:
    """The largest process of a run through many short articles, and how it grows."""
    path = folder / "in.jsonl"
    write_articles(path, articles, times=1, share=0.1)
    out = folder / "out"

    def lines() -> int:
        skipped = out / "skipped.jsonl"
        return skipped.stat().st_size if skipped.exists() else 0

    seen = cost(path, "-o", out, "--only-trade", count=lines, every_s=2.0)
    total = lines()
    for share in (0.1, 0.25, 0.5, 0.75, 1.0):
        upto = [mb for size, mb in seen.curve if size <= share * total]
        yield f"{share * articles:10,.0f} articles  {upto[-1]:7.0f} MB"
    half = [(size / total * articles, mb) for size, mb in seen.curve if size > total / 2]
    slope = (half[-1][1] - half[0][1]) / max(half[-1][0] - half[0][0], 1) * 100_000
    yield f"{path.stat().st_size / 1e6:,.0f} MB of input, {seen.wall_s:.0f} s"
    yield f"growth over the second half: {slope:.1f} MB a 100,000 articles"
    yield f"never more than {max(b[1] - a[1] for a, b in pairwise(seen.curve)):.0f} MB at once"


def main() -> None:
    """Measure what is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="+", choices=["workers", "gate", "rerun", "memory"])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--articles", type=int, default=200_000)
    options = parser.parse_args()
    measures = {"workers": workers, "gate": gate, "rerun": rerun, "memory": memory}
    for part in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            given = options.articles if part == "memory" else options.rounds
            for line in measures[part](Path(folder), given):
                print(line, flush=True)


if __name__ == "__main__":
    main()
