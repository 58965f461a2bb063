"""Small files, short functions, plain names, nothing left open (DESIGN.md sections 6 and 7)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import python_files, shown, templates, text, tree, written_files

LONGEST_FILE = 400
LONGEST_STORY = 55
"""A test may tell a story from beginning to end."""
LONGEST_FUNCTION = 40
LONGEST_ROUTE = 15
VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}
ROUTE_VERBS = {"route", "get", "post", "put", "patch", "delete"}
# Spelt in two pieces so that this file does not find itself.
LEFT_OPEN = re.compile("|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b"]))
SKIPPED = re.compile(r"pytest\." + r"(skip|xfail|mark\.skip|mark\.skipif|mark\.xfail)\b")
MACHINE = re.compile(
    "|".join([r"(?<![\w.])/wor" + r"k/", r"/roo" + r"t/", r"/opt/(whe" + r"els|pypi)", r"/tmp/" + r"w\b"])
)
FROM_ELSEWHERE = re.compile(r"https?://|--(extra-)?index-url|--find-links|--trusted-host|file://")
INLINE = re.compile(r"""<[a-z][\w-]*\s([^<>]*\s)?(style|on[a-z]+)=["'{]""")


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function without decorators and docstring."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def _is_route(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [decorator.func for decorator in function.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTE_VERBS for call in calls)


def _too_long() -> Iterator[str]:
    for path in python_files():
        for function in _functions(path):
            limit = LONGEST_ROUTE if path.name == "routes.py" and _is_route(function) else LONGEST_FUNCTION
            if shown(path).startswith("tests/"):
                limit = LONGEST_STORY
            if (length := _length(function)) > limit:
                yield f"{shown(path)}:{function.lineno} {function.name}: {length} lines, {limit} allowed"


def test_no_file_is_too_long() -> None:
    lines = {shown(path): text(path).count("\n") for path in [*python_files(), *templates()]}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_functions_and_routes_are_short() -> None:
    assert list(_too_long()) == []


def test_names_say_what_is_inside() -> None:
    vague = [
        shown(path)
        for path in [*python_files(), *templates()]
        if any(set(re.split(r"[_.\-]", part)) & VAGUE for part in shown(path).split("/"))
    ]
    assert vague == []


@pytest.mark.parametrize(
    "pattern",
    [LEFT_OPEN, SKIPPED, MACHINE],
    ids=["nothing left open", "nothing skipped", "no machine's paths"],
)
def test_nothing_is_left_behind(pattern: re.Pattern[str]) -> None:
    found = [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in written_files()
        for number, line in enumerate(text(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_lock_files_name_no_place_to_fetch_from() -> None:
    locks = [path for path in written_files() if path.parent.name == "requirements"]
    assert {path.name for path in locks} == {"run.txt", "test.txt"}
    assert [shown(path) for path in locks if FROM_ELSEWHERE.search(text(path))] == []
    for path in locks:
        pinned = re.findall(r"^[a-z0-9.\-]+==\S+ .*$", text(path), re.MULTILINE)
        assert pinned
        assert len(pinned) == len(re.findall(r"^[a-z0-9]", text(path), re.MULTILINE)), "every line is pinned"


def test_no_inline_style_or_handler() -> None:
    """The content security policy has no `unsafe-inline`: the browser would drop them."""
    found = [
        f"{shown(path)}: {match.group(0)[:80]}"
        for path in [
            *templates(),
            *python_files("programme", "regions", "cohorts", "partnerships", "reports"),
        ]
        for match in INLINE.finditer(text(path))
    ]
    assert found == []
