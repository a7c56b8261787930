"""Where options come from that the command line does not say: environment, file, defaults."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILE = "tariffwire.toml"
PREFIX = "TARIFFWIRE_"

Commands = Mapping[str, Mapping[str, str]]
"""Command (`run`, `rules check`) → its options by their long name (`only_trade`) → the name by
which the program knows them."""


class SettingsFault(ValueError):
    """A setting that does not exist, or a file that is none; one line that says where."""


def settings_of(commands: Commands, file: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """What a file and the environment set, by command; the environment wins.

    In the file, keys at the top hold for every command that has such an option, those of a table
    (`[run]`, `[rules.check]`) for one command. Raises `SettingsFault`.
    """
    made: dict[str, dict[str, Any]] = {name: {} for name in commands}
    for names, key, value in (*_of_file(commands, file), *_of_environment(commands, environment)):
        for name in names:
            made[name][commands[name][key]] = value
    nested: dict[str, Any] = {}
    for name, values in made.items():
        place = nested
        for word in name.split():
            place = place.setdefault(word, {})
        place.update(values)
    return nested


def _of_file(commands: Commands, file: Path) -> Iterator[tuple[list[str], str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise SettingsFault(f"{file}: cannot be read: {error}") from error
    yield from _of_table(commands, content, (), f"{file}", text)


def _of_table(
    commands: Commands, table: dict[str, Any], path: tuple[str, ...], file: str, text: str
) -> Iterator[tuple[list[str], str, Any]]:
    own = " ".join(path)
    reach = [own] if path else list(commands)
    for said, value in sorted(table.items(), key=lambda each: isinstance(each[1], dict)):
        inside = (*path, said)
        if isinstance(value, dict) and any(f"{n} ".startswith(" ".join(inside)) for n in commands):
            yield from _of_table(commands, value, inside, file, text)
            continue
        key = said.replace("-", "_")
        names = [name for name in reach if key in commands.get(name, {})]
        if not names:
            line = next(
                (n for n, row in enumerate(text.splitlines(), 1) if re.match(rf"\W*{said}\b", row)),
                1,
            )
            raise SettingsFault(f"{file}:{line}: {'.'.join(inside)}: no such setting")
        yield names, key, value


def _of_environment(
    commands: Commands, environment: Mapping[str, str]
) -> Iterator[tuple[list[str], str, str]]:
    for variable, value in sorted(environment.items()):
        if variable.startswith(PREFIX):
            key = variable.removeprefix(PREFIX).lower()
            names = [name for name in commands if key in commands[name]]
            if not names:
                raise SettingsFault(f"{variable}: no such setting; is it misspelt?")
            yield names, key, value
