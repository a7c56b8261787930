"""Many machines: Ray Data hands parts of the input to workers, which write each part whole.

A part is some neighbouring articles of one input file. It becomes one Parquet file (a row for each
article, whatever became of it) and one of JSON Lines (its records), named after the input file and
the part's place in it. The same part gives the same bytes, so a part that is done twice, because a
worker was killed, stands there once; and a part whose Parquet file says that it was made from the
same articles by the same program is not done again.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, cast

from pipeline.reading import RawArticle, Unreadable
from pipeline.reading.formats import read_stream
from pipeline.reading.inputs import Input, is_article
from pipeline.running.chunks import chunks_of
from pipeline.running.interrupt import Interrupt
from pipeline.running.outcomes import Finished, Outcome, Skipped, Summary
from pipeline.running.pool import Pool
from pipeline.running.work import Settings, Worker
from pipeline.writing import file_stem, write_bytes

PART_ARTICLES = 1000
PART_CHARACTERS = 4_000_000
"""A minute or two of work: what is lost at most with a worker, and what a file of results holds."""

WORKER_CPUS = 0.9
READER_CPUS = 0.1
"""Shares of a core. Readers need some: workers that hold every core would wait for them for ever.
Reading costs a hundredth of the work."""

START_S = 600
"""Until the first worker must be ready; it takes some seconds, a minute on a busy machine. Ray by
itself would wait for ever."""

BLOCK_BYTES = 64 * 1024
"""At which Ray passes on what a reader gives: each part at once, not a hundred together."""

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is told to anybody
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_BACKEND_LOG_LEVEL": "fatal",  # what happens to a worker is ours to tell
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # without it Ray warns of its own future
    "OPENBLAS_NUM_THREADS": "1",
}

MADE_FROM = b"tariffwire.made_from"
SUMMARY = b"tariffwire.summary"


class ClusterError(RuntimeError):
    """The cluster cannot do it; the message says why and what to do."""


@dataclass(frozen=True)
class Found:
    """One input file of a cluster run."""

    address: str
    """For fsspec: a path, or `s3://…`."""
    name: str
    """As it stands in records: relative to what was given."""


@dataclass(frozen=True)
class Job:
    """What every machine is told."""

    settings: Settings
    out: str
    """For fsspec: a path, or `s3://…`."""
    made_by: str
    """Digest of program, model, rules and options, which must be the same on every machine."""
    part_articles: int = PART_ARTICLES
    part_characters: int = PART_CHARACTERS


@dataclass
class Part:
    """Neighbours in one input file."""

    name: str
    """Of its files, without their ending."""
    items: list[RawArticle | Unreadable] = field(default_factory=list)
    characters: int = 0

    def add(self, item: RawArticle | Unreadable) -> None:
        """Put an article at the end."""
        self.items.append(item)
        self.characters += len(item.text) if isinstance(item, RawArticle) else 0

    def made_from(self, made_by: str) -> str:
        """A digest of everything that its files depend on."""
        digest = sha256(made_by.encode())
        for item in self.items:
            parts = (
                (item.id, item.path, item.sha256, item.media_type)
                if isinstance(item, RawArticle)
                else (item.path, item.error, item.message)
            )
            digest.update("\n".join(parts).encode("utf-8", "surrogatepass") + b"\n")
        return digest.hexdigest()


# The input ----------------------------------------------------------------------------------------


def find_files(given: Iterable[str]) -> list[Found]:
    """The files behind paths, folders, globs and fsspec addresses; raises `ClusterError`."""
    from fsspec.core import url_to_fs

    files: list[Found] = []
    for each in given:
        if each == "-":
            raise ClusterError("a cluster cannot read standard input; give files")
        system, path = url_to_fs(each)
        if system.isdir(path):
            inside = [p for p in sorted(system.find(path)) if _is_article_below(p, path)]
            found = [Found(system.unstrip_protocol(p), _below(p, path)) for p in inside]
        else:
            matches = sorted(system.glob(path)) if any(c in path for c in "*?[") else [path]
            found = [
                Found(system.unstrip_protocol(p), PurePosixPath(p).name)
                for p in matches
                if system.isfile(p)
            ]
        if not found:
            raise ClusterError(f"{each}: there is no such file, or the folder holds no articles")
        files += found
    twice = [name for name, count in Counter(each.name for each in files).items() if count > 1]
    if twice:
        message = f"several inputs are called {twice[0]}; give the folder that holds them all"
        raise ClusterError(message)
    return files


def _below(path: str, folder: str) -> str:
    return PurePosixPath(path).relative_to(folder).as_posix()


def _is_article_below(path: str, folder: str) -> bool:
    return is_article(PurePosixPath(path).relative_to(folder))


def parts_of(file: Found, job: Job) -> Iterator[Part]:
    """The articles of a file in parts; an id that was read before in the file is refused."""
    stem = f"{file_stem(file.name)[:80]}-{sha256(file.name.encode()).hexdigest()[:8]}"
    number, seen = 0, set[str]()
    part = Part(f"{stem}-{number:06}")
    for item in articles_of(file):
        if isinstance(item, RawArticle):
            if item.id in seen:
                message = f"the id {item.id!r} was read before; give each article its own"
                part.add(Unreadable(item.place, "duplicate-id", message))
                continue
            seen.add(item.id)
        part.add(item)
        if len(part.items) >= job.part_articles or part.characters >= job.part_characters:
            yield part
            number += 1
            part = Part(f"{stem}-{number:06}")
    if part.items:
        yield part
        number += 1
    _forget_from(f"{stem}-", number, job.out)


def articles_of(file: Found) -> Iterator[RawArticle | Unreadable]:
    """The articles of a local or remote file, one at a time."""
    import fsspec

    try:
        with fsspec.open(file.address, "rb") as stream:
            buffered = io.BufferedReader(cast("io.RawIOBase", stream))
            yield from read_stream(buffered, Input(Path(file.name), file.name))
    except OSError as error:
        yield Unreadable(file.name, "unreadable", f"cannot be opened: {error.strerror or error}")


# The output ---------------------------------------------------------------------------------------


def part_paths(out: str, name: str) -> tuple[str, str]:
    """The files of a part: Parquet, and JSON Lines."""
    return f"{out}/parquet/{name}.parquet", f"{out}/jsonl/{name}.jsonl"


def _forget_from(stem: str, number: int, out: str) -> None:
    """Remove parts that an input file no longer has, since it has become shorter."""
    from fsspec.core import url_to_fs

    system, root = url_to_fs(out)
    while system.exists(part_paths(root, f"{stem}{number:06}")[0]):
        for path in part_paths(root, f"{stem}{number:06}"):
            system.rm(path)
        number += 1


def standing(job: Job, part: Part) -> str | None:
    """The summary of a part that is done: made from the same articles by the same program."""
    import pyarrow as pa
    from fsspec.core import url_to_fs
    from pyarrow import parquet

    system, root = url_to_fs(job.out)
    table, lines = part_paths(root, part.name)
    if not (system.exists(table) and system.exists(lines)):
        return None
    try:
        with system.open(table, "rb") as file:
            said = parquet.read_schema(file).metadata or {}
    except (pa.ArrowException, OSError):
        return None
    if said.get(MADE_FROM, b"").decode() != part.made_from(job.made_by):
        return None
    return cast("str", said[SUMMARY].decode())


def write_part(job: Job, part: Part, outcomes: list[Outcome]) -> str:
    """Write what became of a part's articles; its Parquet file comes last and says it is done."""
    import pyarrow as pa
    from pyarrow import parquet

    rows = [_row(item, outcome) for item, outcome in zip(part.items, outcomes, strict=True)]
    records = [row["record"] for row in rows if row["record"] is not None]
    lines = "".join(json.dumps(json.loads(r), ensure_ascii=False) + "\n" for r in records)
    summary = json.dumps(_counted(outcomes))
    about = {MADE_FROM: part.made_from(job.made_by).encode(), SUMMARY: summary.encode()}
    names = ("id", "path", "record", "text", "error", "message", "skipped")
    kinds = [pa.bool_() if name == "skipped" else pa.large_string() for name in names]
    schema = pa.schema(list(zip(names, kinds, strict=True)), metadata=about)
    buffer = io.BytesIO()
    parquet.write_table(
        pa.Table.from_pylist(rows, schema=schema), buffer, compression="zstd", row_group_size=256
    )
    table_path, lines_path = part_paths(job.out, part.name)
    write_anywhere(lines_path, lines.encode("utf-8"))
    write_anywhere(table_path, buffer.getvalue())
    return summary


def _row(item: RawArticle | Unreadable, outcome: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("id", "record", "text", "error", "message"))
    row |= {"path": item.path, "skipped": isinstance(outcome, Skipped)}
    if isinstance(item, RawArticle):
        row["id"] = item.id
    if isinstance(outcome, Unreadable):
        row |= {"path": outcome.path, "error": outcome.error, "message": outcome.message}
    if isinstance(outcome, Finished):
        row["record"] = outcome.content.decode("utf-8")
        row["text"] = None if outcome.text is None else outcome.text.decode("utf-8")
    return row


def _counted(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    summary = Summary()
    for outcome in outcomes:
        summary.add(outcome)
    return {
        "written": summary.written,
        "skipped": summary.skipped,
        "found": dict(summary.found),
        "failed": [asdict(each) for each in summary.failed],
    }


def write_anywhere(path: str, content: bytes) -> None:
    """Write a file whole or not at all: object stores do so by themselves."""
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    system, inside = url_to_fs(path)
    system.makedirs(str(PurePosixPath(inside).parent), exist_ok=True)
    if isinstance(system, LocalFileSystem):
        write_bytes(Path(inside), content)
    else:
        system.pipe_file(inside, content)


# What runs on the machines ------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """What a reader does with a file: gives its parts, packed, or the summary of what is done."""

    job: Job

    def __call__(self, row: dict[str, str]) -> Iterator[dict[str, Any]]:
        """The parts of a file, one at a time."""
        for part in parts_of(Found(**row), self.job):
            done = standing(self.job, part)
            packed = b"" if done is not None else pickle.dumps(part)
            yield {"name": part.name, "part": packed, "summary": done or "", "redone": done is None}


class Extracting:
    """What a worker of the cluster does: a pool of one process does a part, whatever harms it."""

    def __init__(self, job: Job) -> None:
        from pipeline.running import made_by

        self.job = job
        self.worker = Worker(job.settings)
        here = made_by(self.worker.extractor, job.settings)
        if here != job.made_by:
            message = (
                "this machine has another program, model or rules than the one that started the "
                "run; install the same on all"
            )
            raise ClusterError(message)
        self.pool = Pool(job.settings, 1)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """The parts written, their summaries handed on."""
        summaries = [
            summary or self._done(pickle.loads(packed))  # noqa: S301  # packed by our own reader
            for packed, summary in zip(batch["part"], batch["summary"], strict=True)
        ]
        kept = {name: list(batch[name]) for name in ("name", "redone")}
        return {**kept, "summary": summaries}

    def _done(self, part: Part) -> str:
        chunks = chunks_of(part.items, self.worker.skipped, Interrupt())
        outcomes: list[Outcome] = []
        for chunk, done in self.pool.outcomes(chunks, Interrupt()):
            todo = iter(done)
            outcomes += [
                next(todo) if isinstance(item, RawArticle) else item for item in chunk.items
            ]
        return write_part(self.job, part, outcomes)


# The run ------------------------------------------------------------------------------------------


@contextmanager
def connected(engine: str) -> Iterator[None]:
    """A cluster: the one whose client server is at `ray://host:port`, or the one that
    `RAY_ADDRESS` or a job names, or this machine.

    Raises `ClusterError` where there is none.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    import logging

    import ray
    import ray.data

    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is ours to tell
    address = engine if engine != "ray" else os.environ.get("RAY_ADDRESS", "local")
    options: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
    try:  # without an address Ray waits for minutes where another cluster left its own behind
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **options)
    except (ConnectionError, ValueError, RuntimeError) as error:
        said = " ".join(str(error).split())[:200]
        raise ClusterError(f"no Ray cluster at {address}: {said}") from error
    with redirect_stdout(sys.stderr):  # Ray tells there of workers that died, at the end too
        try:
            yield
        finally:
            ray.shutdown()


def run_on_cluster(
    job: Job, files: list[Found], workers: int | None, told: Callable[[Summary], None]
) -> Summary:
    """Do all parts of all files; `told` hears how the run stands after each part.

    Afterwards `errors.jsonl` lists what failed, in the order of the parts. A cluster that
    `connected` gave is needed. From outside the cluster `told` hears of the end alone.
    """
    import ray
    from ray.util.client import ray as client

    if not cast("Any", client).is_connected():
        return _run_here(job, files, workers, told)
    answer = ray.remote(num_cpus=0)(_run_there).remote(job, files, workers)  # Ray Data cannot be
    try:  # driven through Ray's client (ray-project/ray#41333), so that it runs on the head node
        summary: Summary = ray.get(answer)
    except KeyboardInterrupt:
        ray.cancel(answer)
        return Summary(interrupted=True)
    except ray.exceptions.RayError as error:
        raise given_up(error) from error
    told(summary)
    return summary


def _run_there(job: Job, files: list[Found], workers: int | None) -> Summary:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    return _run_here(job, files, workers, lambda _: None)


def _run_here(
    job: Job, files: list[Found], workers: int | None, told: Callable[[Summary], None]
) -> Summary:
    import ray
    from ray.data import ActorPoolStrategy, DataContext

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.target_max_block_size = BLOCK_BYTES
    context.wait_for_min_actors_s = START_S  # for the first; others may begin later
    cores: dict[str, float] = cast("Any", ray).cluster_resources()
    most = workers or max(1, int(cores.get("CPU", 1)))
    rows = ray.data.from_items([asdict(file) for file in files], override_num_blocks=len(files))
    parts = rows.flat_map(cast("Any", Reading(job)), num_cpus=READER_CPUS)
    done = parts.map_batches(
        cast("Any", Extracting),
        fn_constructor_args=(job,),
        batch_size=1,
        batch_format="numpy",
        compute=ActorPoolStrategy(min_size=1, max_size=most, max_tasks_in_flight_per_actor=2),
        num_cpus=WORKER_CPUS,
    )
    summary = Summary()
    failed: dict[str, list[Unreadable]] = {}
    try:
        for row in done.iter_rows():
            failed[row["name"]] = _taken(row, summary)
            told(summary)
    except KeyboardInterrupt:
        summary.interrupted = True
    except ray.exceptions.RayError as error:
        raise given_up(error) from error
    summary.failed = [fault for _, faults in sorted(failed.items()) for fault in faults]
    _list_errors(f"{job.out}/errors.jsonl", summary.failed)
    return summary


def given_up(error: Exception) -> ClusterError:
    """Why a run on a cluster ended, in a sentence."""
    if isinstance(error, TimeoutError):
        return ClusterError(
            f"no worker was ready after {START_S} s: see whether {WORKER_CPUS} of a core is free "
            "and tariffwire with its model is installed on every machine"
        )
    return ClusterError(f"the cluster gave up: {str(error).strip().splitlines()[-1]}")


def _list_errors(path: str, failed: list[Unreadable]) -> None:
    from fsspec.core import url_to_fs

    lines = [json.dumps(asdict(fault), ensure_ascii=False) + "\n" for fault in failed]
    system, inside = url_to_fs(path)
    if lines:
        write_anywhere(path, "".join(lines).encode("utf-8"))
    elif system.exists(inside):
        system.rm(inside)


def _taken(row: dict[str, Any], summary: Summary) -> list[Unreadable]:
    """Add a part to the account; what failed in it."""
    said = json.loads(row["summary"])
    faults = [Unreadable(**each) for each in said["failed"]]
    summary.skipped += said["skipped"]
    summary.failed += faults
    if row["redone"]:
        summary.written += said["written"]
        summary.found.update(said["found"])
    else:
        summary.unchanged += said["written"]
    return faults
