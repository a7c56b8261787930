from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from pipeline.workbench.folder import ConflictError, FolderError, RuleFolder, digest_of
from pipeline.workbench.guard import Guard

OURS = {
    "host": "127.0.0.1:8765",
    "origin": "http://127.0.0.1:8765",
    "x-tariffwire-token": "secret",
    "content-type": "application/json",
    "content-length": "2",
}


def asked(method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Status and headers of the guard's answer; what passes is answered 200."""
    said: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    guard = Guard(PlainTextResponse("passed"), port=8765, token="secret")  # noqa: S106
    asyncio.run(guard(scope, receive, send))
    start = said[0]
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}


def test_our_own_page_is_let_through() -> None:
    assert asked("POST", "/api/save", OURS)[0] == 200
    assert asked("GET", "/", {"host": "localhost:8765"})[0] == 200


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"host": "evil.example:8765"}, 421),
        ({"host": "127.0.0.1:8766"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"host": ""}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://localhost:8765"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": None}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"x-tariffwire-token": "wrong"}, 401),
        ({"x-tariffwire-token": None}, 401),
        ({"content-type": "text/plain"}, 415),
        ({"content-length": "5000000"}, 413),
        ({"content-length": "-1"}, 411),
        ({"content-length": None}, 411),
    ],
)
def test_a_request_of_anybody_else_is_refused(changed: dict[str, str | None], status: int) -> None:
    headers = {name: value for name, value in (OURS | changed).items() if value is not None}
    answer, closed = asked("POST", "/api/save", headers)
    assert answer == status
    assert "default-src 'none'" in closed["content-security-policy"]


def test_reading_needs_the_token_too_and_the_page_itself_is_only_read() -> None:
    assert asked("GET", "/api/article", {"host": "127.0.0.1:8765"})[0] == 401
    assert asked("POST", "/", OURS)[0] == 405


@pytest.fixture
def folder(tmp_path: Path) -> RuleFolder:
    return RuleFolder(tmp_path / "rules", frozenset({"tariffs", "dates"}))


def test_each_save_keeps_the_version_before(folder: RuleFolder) -> None:
    first = folder.write("tariffs", "rules: []\n", replacing="")
    folder.write("tariffs", "note: two\n", replacing=first)
    assert folder.read("tariffs") == "note: two\n"
    assert folder.versions("tariffs") == [1]
    assert folder.version("tariffs", 1) == "rules: []\n"
    assert folder.versions("dates") == []


def test_a_file_that_was_changed_on_disk_is_not_written_over(folder: RuleFolder) -> None:
    first = folder.write("tariffs", "note: mine\n", replacing="")
    folder.file("tariffs").write_text("note: theirs\n", encoding="utf-8")
    with pytest.raises(ConflictError, match="changed on disk"):
        folder.write("tariffs", "note: mine again\n", replacing=first)
    assert folder.read("tariffs") == "note: theirs\n"
    folder.write("tariffs", "note: both\n", replacing=digest_of("note: theirs\n"))


@pytest.mark.parametrize("stem", ["../tariffs", "/etc/passwd", "tariffs.yaml", "", "figures"])
def test_no_other_name_is_a_rule_file(folder: RuleFolder, stem: str) -> None:
    with pytest.raises(FolderError, match="no rule file is called"):
        folder.read(stem)


def test_a_link_to_outside_is_neither_read_nor_written(folder: RuleFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("private", encoding="utf-8")
    folder.path.mkdir()
    (folder.path / "tariffs.yaml").symlink_to(outside)
    with pytest.raises(FolderError, match="outside of the rule folder"):
        folder.read("tariffs")
    with pytest.raises(FolderError, match="outside of the rule folder"):
        folder.write("tariffs", "x", replacing=digest_of("private"))
    (folder.path / ".backups").symlink_to(tmp_path)
    folder.file("dates").write_text("old", encoding="utf-8")
    with pytest.raises(FolderError, match="outside of the rule folder"):
        folder.write("dates", "new", replacing=digest_of("old"))
    assert outside.read_text(encoding="utf-8") == "private"
    assert folder.read("dates") == "old"
