from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.limits import OutOfTimeError, time_limit
from pipeline.reading import RawArticle, Unreadable, position_in, read_raw
from pipeline.record import Record
from pipeline.running import (
    COPIES,
    ERRORS,
    SKIPPED,
    Finished,
    Outcome,
    OutputError,
    Plan,
    Settings,
    Summary,
    Unchanged,
    Worker,
    record_path,
    run,
    text_path,
)
from pipeline.running import pool as pools
from pipeline.running.chunks import CHUNK_ARTICLES, Chunk, chunks_of
from pipeline.running.interrupt import Interrupt, interruptible
from pipeline.running.manifest import NAME, Manifest
from pipeline.running.pace import Pace
from pipeline.writing import file_stem
from tests.goldens import golden_files, load

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden" / "articles"
BODY = "Peru said on Monday that it will put a duty of 5% on Chilean pears from next year.\n"


def raw(article_id: str, text: str = BODY, media_type: str = "text/plain") -> RawArticle:
    digest = sha256(text.encode()).hexdigest()
    return RawArticle(
        id=article_id, text=text, path=f"{article_id}.txt", sha256=digest, media_type=media_type
    )


def numbered(count: int) -> list[RawArticle]:
    return [raw(f"a{n:04}", f"{BODY} It is notice {n}.") for n in range(count)]


# A worker that needs no model ---------------------------------------------------------------------


def echoed(_: Settings, raws: Sequence[RawArticle]) -> list[Outcome]:
    """What a worker could answer; a text can say that it harms the process."""
    for each in raws:
        if each.text == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if each.text == "hang":
            time.sleep(3600)
        if each.text == "slow":
            time.sleep(0.3)
    return [Finished(each.id, each.text.encode(), {"tariffs": 1}) for each in raws]


class Echo(Worker):
    """A worker in this process that writes the text of an article as its record."""

    def __init__(self, extractor: Extractor) -> None:
        super().__init__(Settings(), extractor)
        self.asked: list[str] = []

    def outcomes(self, raws: Sequence[RawArticle]) -> list[Outcome]:
        self.asked += [each.id for each in raws]
        return echoed(self.settings, raws)


@pytest.fixture
def echo(extractor: Extractor) -> Echo:
    return Echo(extractor)


def chunks(*groups: Iterable[RawArticle]) -> list[Chunk]:
    made = []
    for group in groups:
        made.append(Chunk())
        for each in group:
            made[-1].add(each)
    return made


# Files --------------------------------------------------------------------------------------------


def test_each_article_becomes_a_record_or_a_line_of_errors_in_the_order_of_the_input(
    echo: Echo, tmp_path: Path
) -> None:
    told: list[Outcome] = []
    bad = [Unreadable("x.txt", "empty", "holds no text"), Unreadable("y.txt", "binary", "no")]
    inputs: list[RawArticle | Unreadable] = [raw("a"), bad[0], raw("b"), bad[1]]
    summary = run(echo, inputs, tmp_path, Plan(told=told.append))
    assert [type(outcome) for outcome in told] == [Finished, Unreadable, Finished, Unreadable]
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == BODY
    lines = (tmp_path / ERRORS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"path": "x.txt", "error": "empty", "message": "holds no text"},
        {"path": "y.txt", "error": "binary", "message": "no"},
    ]
    assert (summary.written, summary.failed, summary.exit_status) == (2, bad, 1)
    assert summary.as_dict()["errors"] == {"empty": 1, "binary": 1}


def test_the_errors_of_an_earlier_run_are_forgotten(echo: Echo, tmp_path: Path) -> None:
    run(echo, [Unreadable("x.txt", "empty", "holds no text")], tmp_path)
    assert run(echo, [raw("a")], tmp_path).exit_status == 0
    assert not (tmp_path / ERRORS).exists()


@pytest.mark.parametrize(
    ("article_id", "stem"),
    [
        ("pears", "pears"),
        ("poires été 梨", "poires été 梨"),
        ("https://a.org/x?y", "https%3A%2F%2Fa.org%2Fx%3Fy"),
        ("../../etc", "%2E.%2F..%2Fetc"),
        ("a%2Fb", "a%252Fb"),
        ("a/b", "a%2Fb"),
    ],
)
def test_an_id_becomes_a_file_name_that_stays_in_the_folder(
    echo: Echo, tmp_path: Path, article_id: str, stem: str
) -> None:
    assert file_stem(article_id) == stem
    run(echo, [raw(article_id)], tmp_path)
    assert [path.name for path in tmp_path.glob("*.json")] == [f"{stem}.json"]


def test_a_source_text_without_a_file_of_its_own_is_written_beside_the_record(
    extractor: Extractor, tmp_path: Path
) -> None:
    text = "\r\n" + BODY + "\u2028 é"
    worker = Worker(Settings(), extractor)
    run(worker, [raw("a", text, "application/jsonl"), raw("b")], tmp_path)
    assert text_path(tmp_path, "a").read_bytes() == text.encode()
    assert not text_path(tmp_path, "b").exists()
    record = Record.model_validate_json(record_path(tmp_path, "a").read_bytes())
    assert record.source.characters == len(text)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_named(echo: Echo, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="cannot be written to"):
        run(echo, [raw("a")], tmp_path / "out")


def test_an_out_that_is_a_file_is_named(echo: Echo, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("no folder", encoding="utf-8")
    with pytest.raises(OutputError, match=r"out: cannot be written to: File exists"):
        run(echo, [raw("a")], tmp_path / "out")


def test_a_full_disk_ends_the_run_in_one_sentence_and_leaves_no_half_file(
    echo: Echo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        run(echo, [raw("a")], tmp_path)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(NAME)] == []


# Resume -------------------------------------------------------------------------------------------


def test_a_second_run_does_only_what_is_new_or_has_changed(echo: Echo, tmp_path: Path) -> None:
    run(echo, numbered(5), tmp_path)
    again = numbered(6)
    again[2] = raw("a0002", "another text")
    told: list[Outcome] = []
    echo.asked.clear()
    summary = run(echo, again, tmp_path, Plan(told=told.append))
    assert echo.asked == ["a0002", "a0005"]
    assert (summary.written, summary.unchanged, summary.articles) == (2, 4, 6)
    assert told[0] == Unchanged("a0000")


def test_other_options_or_a_record_that_was_touched_are_done_again(
    echo: Echo, tmp_path: Path
) -> None:
    run(echo, numbered(3), tmp_path)
    echo.asked.clear()
    (tmp_path / "a0001.json").write_text("edited", encoding="utf-8")
    (tmp_path / "a0002.json").unlink()
    run(echo, numbered(3), tmp_path)
    assert echo.asked == ["a0001", "a0002"]
    echo.asked.clear()
    echo.settings = replace(echo.settings, published="2026-01-14")
    run(echo, numbered(3), tmp_path)
    assert len(echo.asked) == 3


def test_redo_does_everything_again(echo: Echo, tmp_path: Path) -> None:
    for _ in range(2):
        run(echo, numbered(3), tmp_path, Plan(redo=True))
    assert len(echo.asked) == 6


def test_a_changed_rule_file_or_program_is_another_maker(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(BODY, encoding="utf-8")
    with Manifest(tmp_path, "rules 1") as manifest:
        manifest.note([raw("a")])
        assert manifest.holds(raw("a"))
    with Manifest(tmp_path, "rules 2") as manifest:
        assert not manifest.holds(raw("a"))


@pytest.mark.parametrize("content", [b"", b"no database", os.urandom(5000)])
def test_a_broken_manifest_only_costs_time(echo: Echo, tmp_path: Path, content: bytes) -> None:
    run(echo, numbered(2), tmp_path)
    (tmp_path / NAME).write_bytes(content)
    assert run(echo, numbered(2), tmp_path).written == 2
    assert run(echo, numbered(2), tmp_path).unchanged == 2


KILLED = """
import os, signal, sys, time
from pathlib import Path
from pipeline.extraction import Extractor
import pipeline.running
from tests.test_running import ARTICLES, Echo, numbered
pipeline.running.made_by = lambda *_: "the same"
echo, articles = Echo(object.__new__(Extractor)), numbered(ARTICLES)
for line in sys.stdin:  # each run in a process of its own, without the time that imports take
    moment, folder = line.split(maxsplit=1)
    if (run := os.fork()) == 0:
        summary = pipeline.running.run(echo, articles, Path(folder.strip()))
        os._exit(0 if summary.articles == ARTICLES and not summary.failed else 1)
    if float(moment):
        time.sleep(float(moment))
        os.kill(run, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(run, 0)[1]), flush=True)
"""
ARTICLES = 1500


KILLS = 50
"""How often; each costs about a twentieth of a second."""


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_run_that_is_killed_at_any_of_fifty_moments_loses_nothing_and_the_next_completes_it(
    tmp_path: Path,
) -> None:
    chance = random.Random(7)  # noqa: S311  # moments, no secrets
    texts = {f"{each.id}.json": each.text for each in numbered(ARTICLES)}
    out, seen, before = tmp_path / "0", dict[str, str](), dict[str, int]()
    killed = completed = 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as runs:
        assert runs.stdin is not None
        assert runs.stdout is not None
        while killed < KILLS or seen:
            moment = chance.uniform(0.001, 0.1) if killed < KILLS else 0
            print(moment, out, file=runs.stdin, flush=True)
            status = int(runs.stdout.readline())
            found = {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.json")}
            assert found.items() >= seen.items()
            assert found.items() <= texts.items()
            times = {name: (out / name).stat().st_mtime_ns for name in found}
            assert sum(times[name] != before[name] for name in before) <= CHUNK_ARTICLES
            seen, before = found, times
            killed += status == -signal.SIGKILL
            if status != -signal.SIGKILL:
                assert (status, seen) == (0, texts)
                assert not list(out.glob(".partial*"))
                completed += 1
                out, seen, before = tmp_path / str(completed), {}, {}
        runs.stdin.close()
    assert (killed, completed >= 1) == (KILLS, True)


# Harm ---------------------------------------------------------------------------------------------


class Stubborn:
    """A stage that fails, or takes too long, on articles that say so."""

    name = "stubborn"

    def __call__(self, article: Article) -> Iterable[object]:
        if "fail here" in article.text:
            raise KeyError("fail here")
        if "take long" in article.text:
            time.sleep(30)
        return ()


@pytest.fixture
def stubborn(extractor: Extractor) -> Worker:
    worker = Worker(Settings(timeout_s=2), Extractor(rules=extractor.rules))
    worker.extractor.stages = [Stubborn()]  # type: ignore[list-item]  # it only has to be called
    return worker


def test_an_article_on_which_the_program_fails_is_named_and_harms_no_other(
    stubborn: Worker, tmp_path: Path
) -> None:
    inputs = [raw("a"), raw("b", f"{BODY} fail here"), raw("c")]
    summary = run(stubborn, inputs, tmp_path)
    (fault,) = summary.failed
    assert (fault.path, fault.error) == ("b.txt", "failed")
    assert fault.message.startswith(
        "is damaged, or the program is at fault: KeyError: 'fail here' (test_running"
    )
    assert sorted(path.stem for path in tmp_path.glob("*.json")) == ["a", "c"]


def test_an_article_that_takes_too_long_is_named_and_harms_no_other(
    stubborn: Worker, tmp_path: Path
) -> None:
    inputs = [raw("a"), raw("b", f"{BODY} take long"), raw("c")]
    (fault,) = run(stubborn, inputs, tmp_path).failed
    assert (fault.path, fault.error) == ("b.txt", "timed-out")
    assert sorted(path.stem for path in tmp_path.glob("*.json")) == ["a", "c"]


def test_a_parse_that_fails_on_several_articles_is_tried_on_each(
    stubborn: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = stubborn.extractor.parser
    stream = type(parser).stream

    def faulty(_: object, articles: Iterable[Article]) -> object:
        articles = list(articles)
        if any(article.id == "b" for article in articles):
            raise MemoryError("too much")
        return stream(parser, articles)

    monkeypatch.setattr(type(parser), "stream", faulty)
    a, b, c = stubborn.outcomes([raw("a"), raw("b"), raw("c")])
    assert isinstance(a, Finished)
    assert isinstance(b, Unreadable)
    assert "MemoryError: too much" in b.message
    assert isinstance(c, Finished)


def test_a_time_limit_ends_the_block_and_is_gone_after_it() -> None:
    with pytest.raises(OutOfTimeError), time_limit(0.05):
        time.sleep(5)
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_an_id_that_is_too_long_for_a_file_is_named(extractor: Extractor) -> None:
    (outcome,) = Worker(Settings(), extractor).outcomes([raw("/" * 100)])
    assert isinstance(outcome, Unreadable)
    assert outcome.error == "bad-id"


# Memory, disks and permissions --------------------------------------------------------------------


def test_a_text_of_two_hundred_megabytes_is_named_and_harms_no_other(
    echo: Echo, tmp_path: Path
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    with (inbox / "a.txt").open("wb") as file:
        file.truncate(200_000_000)
    with (inbox / "b.jsonl").open("wb") as file:
        file.write(b'{"id": "long", "text": "')
        file.truncate(200_000_000)
        file.seek(0, os.SEEK_END)
        file.write(b'"}\n{"id": "c", "text": "%s"}\n' % BODY.strip().encode())
    summary = run(echo, read_raw([inbox]), tmp_path / "out")
    assert [(each.path, each.error) for each in summary.failed] == [
        ("a.txt", "too-large"),
        ("b.jsonl:1", "too-large"),
    ]
    assert all("split it into articles" in each.message for each in summary.failed)
    assert summary.written == 1


def test_a_disk_that_is_really_full_ends_the_run_in_one_sentence(
    extractor: Extractor, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails, as on a disk
    articles = [raw(f"a{n}", BODY * 30 * n) for n in range(1, 40)]
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
        with pytest.raises(OutputError, match=r"cannot be written"):
            run(Echo(extractor), articles, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    written = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.json")}
    assert written == {each.id: each.text for each in articles if each.id in written}
    assert not list(tmp_path.glob(".partial*"))
    again = run(Echo(extractor), articles, tmp_path)
    assert (again.articles, again.failed) == (39, [])


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(30, "ro")])
def test_a_folder_that_may_not_be_written_to_is_named_whoever_runs(
    echo: Echo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("tempfile.mkstemp", refused)
    with pytest.raises(OutputError, match=rf"out: cannot be written to: {error.strerror}"):
        run(echo, [raw("a")], tmp_path / "out")


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    code = (
        "import time\n"
        "from pipeline.running.pool import started\n"
        "if __name__ == '__main__':\n"
        "    executor = started(1)\n"
        "    executor.submit(time.sleep, 0).result()\n"
        "    print(*executor._processes, flush=True)\n"
        "    time.sleep(60)\n"
    )
    (tmp_path / "parent.py").write_text(code, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, tmp_path / "parent.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()

    def lives() -> bool:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return False
        return True

    until = time.monotonic() + 10
    while lives() and time.monotonic() < until:
        time.sleep(0.02)
    assert not lives()


# Copies -------------------------------------------------------------------------------------------


AGENCY = (
    "Peru said on Monday that it will put a duty of 5% on Chilean pears from next year. The "
    "ministry of agriculture in Lima said that growers had asked for it since the spring, when "
    "prices fell to the lowest in a decade. Chile called the step a slap and said no more.\n"
)


def copied(out: Path) -> list[dict[str, str]]:
    lines = (out / COPIES).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_copies_are_marked_with_the_earliest_article_in_any_order_and_not_dropped(
    extractor: Extractor, tmp_path: Path
) -> None:
    def dated(article_id: str, day: int, text: str) -> RawArticle:
        return replace(raw(article_id, text), published=f"2025-03-{day:02}")

    other = "Kenya and Uganda signed a paper on milk in Nairobi, and both said it was a good day.\n"
    articles: list[RawArticle | Unreadable] = [
        dated("a-paper", 5, f"By our staff.\n\n{AGENCY}"),
        dated("milk", 1, other),
        dated("wire", 4, AGENCY),
        dated("b-paper", 6, AGENCY + "Readers may write to us.\n"),
    ]
    expected = [{"id": "a-paper", "copy_of": "wire"}, {"id": "b-paper", "copy_of": "wire"}]
    made = []
    for name, inputs in (("one", articles), ("two", articles[::-1])):
        summary = run(
            Worker(Settings(), extractor), inputs, tmp_path / name, Plan(mark_copies=True)
        )
        assert (summary.written, summary.copies) == (4, 2)
        assert copied(tmp_path / name) == expected
        made.append(folder_of(tmp_path / name))
    assert made[0] == made[1]


def test_copies_are_told_over_several_runs_and_of_records_that_stand(
    extractor: Extractor, tmp_path: Path
) -> None:
    worker = Worker(Settings(published="2025-03-04"), extractor)
    run(worker, [raw("a", AGENCY)], tmp_path)
    assert not (tmp_path / COPIES).exists()
    both = [raw("a", AGENCY), raw("b", AGENCY)]
    assert run(worker, both, tmp_path, Plan(mark_copies=True)).unchanged == 1
    assert copied(tmp_path) == [{"id": "b", "copy_of": "a"}]
    record_path(tmp_path, "a").unlink()
    run(worker, both[1:], tmp_path, Plan(mark_copies=True))
    assert copied(tmp_path) == []


# Pace ---------------------------------------------------------------------------------------------


def test_the_time_left_comes_from_the_speed_of_the_last_minute() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.seconds_left is None
    for second in range(1, 101):  # half of the input was done before: it goes by in ten seconds
        now[0] = float(second)
        pace.step(min(0.05 * second, 0.5) + max(0, second - 10) / 1000, 10)
    assert pace.a_second == pytest.approx(10)
    assert pace.seconds_left == pytest.approx((1 - 0.59) * 1000, rel=0.02)


def test_the_position_in_the_input_is_known_while_it_is_read(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": f"{n}", "text": BODY}) + "\n" for n in range(4000))
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "b.txt").write_text(BODY * 2000, encoding="utf-8")
    position = position_in([tmp_path])
    shares = [position.share or 0 for _ in read_raw([tmp_path], position)]
    assert shares == sorted(shares)
    assert 0.2 < shares[2000] < 0.4
    assert position.share == 1.0
    assert position_in(["-"]).share is None


# Only trade ---------------------------------------------------------------------------------------


def test_articles_without_a_word_of_trade_are_skipped_on_request_and_listed(
    extractor: Extractor, tmp_path: Path
) -> None:
    worker = Worker(Settings(only_trade=True), extractor)
    inputs = [raw("a"), raw("b", "The officer was on duty when the tea fell from the lorry.")]
    summary = run(worker, inputs, tmp_path)
    assert (summary.written, summary.skipped, summary.exit_status) == (1, 1, 0)
    (line,) = (tmp_path / SKIPPED).read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"id": "b", "path": "b.txt"}
    assert not record_path(tmp_path, "b").exists()


def test_a_long_input_that_needs_no_work_is_neither_held_back_nor_given_to_workers(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a worker was asked")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor.submit", refused)
    worker = Worker(Settings(only_trade=True), extractor)
    read, ahead = 0, []

    def inputs() -> Iterable[RawArticle]:
        nonlocal read
        for n in range(12_000):
            read += 1
            yield raw(f"a{n}", "The tea fell from the lorry.")

    plan = Plan(workers=2, told=lambda _: ahead.append(read - len(ahead)))
    assert run(worker, inputs(), tmp_path, plan).skipped == 12_000
    assert max(ahead) < 10_000


def test_no_article_with_a_measure_is_skipped(extractor: Extractor) -> None:
    goldens = [load(path) for path in golden_files()]
    with_measures = [golden.text for golden in goldens if golden.tariffs]
    assert len(with_measures) >= 8
    assert all(extractor.rules.gate.passes(text) for text in with_measures)


# Workers ------------------------------------------------------------------------------------------


def test_outcomes_come_back_in_the_order_of_the_chunks() -> None:
    work = chunks([raw("a", "slow")], [raw("b")], [], [raw("c"), raw("d")], [raw("e", "slow")])
    with pools.Pool(Settings(), 2, echoed) as pool:
        answers = [outcomes for _, outcomes in pool.outcomes(work, Interrupt())]
    ids = [[each.id for each in answer if isinstance(each, Finished)] for answer in answers]
    assert ids == [["a"], ["b"], [], ["c", "d"], ["e"]]


def test_a_killed_worker_is_replaced_and_only_the_article_that_kills_it_is_given_up() -> None:
    work = chunks([raw("a"), raw("b", "kill"), raw("c")], [raw("d")], [raw("e")], [raw("f")])
    with pools.Pool(Settings(), 2, echoed) as pool:
        answers = [each for _, some in pool.outcomes(work, Interrupt()) for each in some]
    assert [type(answer) for answer in answers] == [Finished, Unreadable, *[Finished] * 4]
    assert isinstance(answers[1], Unreadable)
    assert answers[1].error == "crashed"


def test_a_worker_killed_from_outside_loses_nothing() -> None:
    work = chunks(*([raw(f"{n}", "slow")] for n in range(8)))
    with pools.Pool(Settings(), 2, echoed) as pool:
        answers = []
        for number, (_, some) in enumerate(pool.outcomes(work, Interrupt())):
            answers += some
            if number == 1:
                for process in pool.executor._processes.values():  # noqa: SLF001
                    process.kill()
    assert [each.id for each in answers if isinstance(each, Finished)] == [str(n) for n in range(8)]


def test_a_worker_that_is_stuck_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "GRACE_S", 5.0)
    alone = pools.Alone(Settings(timeout_s=0.1), echoed)
    stuck, after = alone.outcome(raw("b", "hang")), alone.outcome(raw("c"))
    alone.close()
    assert isinstance(stuck, Unreadable)
    assert stuck.error == "timed-out"
    assert isinstance(after, Finished)


def test_after_an_interrupt_what_is_under_way_is_finished_and_no_more() -> None:
    interrupt = Interrupt()
    work = chunks(*([raw(f"{n}", "slow")] for n in range(50)))
    with pools.Pool(Settings(), 2, echoed) as pool:
        answers = []
        source = (each for each in work if not interrupt.requested)
        for _, some in pool.outcomes(source, interrupt):
            answers += some
            interrupt.requested = True
    assert 1 <= len(answers) <= 6


def test_a_first_ctrl_c_is_noted_and_a_second_ends_at_once() -> None:
    with interruptible() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_interrupted_run_keeps_what_is_finished(echo: Echo, tmp_path: Path) -> None:
    def interrupting(outcome: Outcome) -> None:
        if isinstance(outcome, Finished) and outcome.id == "a0040":
            signal.raise_signal(signal.SIGINT)

    summary = run(echo, numbered(200), tmp_path, Plan(told=interrupting))
    assert summary.interrupted
    assert summary.exit_status == 130
    assert 41 <= summary.written < 200
    assert len(list(tmp_path.glob("*.json"))) == summary.written
    assert run(echo, numbered(200), tmp_path).unchanged == summary.written


def test_chunks_are_bounded_and_hold_every_item_in_order() -> None:
    inputs = [raw(f"{n}", "x" * (40_000 if n == 3 else 500)) for n in range(100)]
    made = list(chunks_of(inputs, lambda _: None, Interrupt()))
    assert [each for chunk in made for each in chunk.items] == inputs
    assert max(len(chunk.items) for chunk in made) <= 32
    assert all(chunk.characters < 32_000 + 40_000 for chunk in made)


def folder_of(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.glob("[!.]*")}


def test_the_bytes_are_the_same_for_any_number_of_workers_and_any_order(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.running.SMALL", 0)
    monkeypatch.setattr("pipeline.running.chunks.CHUNK_ARTICLES", 3)
    articles = list(read_raw([GOLDEN]))[:7]
    assert len(articles) == 7

    def written(workers: int, inputs: list[RawArticle | Unreadable]) -> dict[str, bytes]:
        out = tmp_path / f"{workers}"
        summary: Summary = run(Worker(Settings(), extractor), inputs, out, Plan(workers=workers))
        assert summary.exit_status == 0
        assert {"reading", "parsing", "tariffs", "writing"} <= summary.profile().keys()
        return folder_of(out)

    alone = written(1, articles)
    assert len(alone) == len(articles)
    assert written(2, articles[::-1]) == alone
