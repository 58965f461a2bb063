"""The import contracts in setup.cfg reach every package and every concept on disk."""

from __future__ import annotations

import ast
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT, tree

# Storeys of one package: no concept, so no routes and rules of its own.
NO_CONCEPT = {"programme.base", "programme.migrations"}


def _settings() -> ConfigParser:
    read = ConfigParser(interpolation=None)
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    return read


def _packages() -> set[str]:
    """Top-level packages of the repository that are part of the product."""
    inside = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    return inside - {"tests", "tools"}


def _concepts() -> dict[str, Path]:
    """Concept sub-packages by dotted name."""
    found = (path.parent for package in PACKAGES for path in sorted((ROOT / package).glob("*/__init__.py")))
    named = {folder.relative_to(ROOT).as_posix().replace("/", "."): folder for folder in found}
    return {name: folder for name, folder in named.items() if name not in NO_CONCEPT}


def test_every_package_is_known_to_the_tools() -> None:
    settings = _settings()
    assert _packages() == set(PACKAGES)
    assert set(settings["importlinter"]["root_packages"].split()) == set(PACKAGES)
    assert set(settings["mypy"]["packages"].replace(",", " ").split()) == set(PACKAGES)
    assert set(settings["options.packages.find"]["include"].replace("*", "").split()) == set(PACKAGES)
    assert {pattern.split("/")[0] for pattern in settings["coverage:run"]["include"].split()} == set(PACKAGES)


def test_every_package_has_its_storey() -> None:
    layers = _settings()["importlinter:contract:storeys"]["layers"]
    listed = {name.strip(" ()") for line in layers.splitlines() for name in line.replace("|", ":").split(":")}
    assert {package for package in PACKAGES if package != "programme"} <= listed
    modules = {path.stem for path in (ROOT / "programme").glob("[a-z]*.py")}
    modules |= {path.parent.name for path in (ROOT / "programme").glob("*/__init__.py")}
    roof = {f"programme.{name}" for name in modules}
    assert roof - listed == set(), "name these in the contract `storeys` of setup.cfg"


def test_every_concept_is_a_room() -> None:
    patterns = _settings()["importlinter:contract:room"]["containers"].split()
    rooms = [name for name in _concepts() if not name.startswith("reports.")]
    assert [name for name in rooms if not any(fnmatch(name, pattern) for pattern in patterns)] == []


def test_every_concept_names_itself() -> None:
    """`__init__.py` is one sentence that names the concept (DESIGN.md section 2)."""
    nameless = [
        name
        for name, folder in _concepts().items()
        if len(ast.get_docstring(tree(folder / "__init__.py")) or "") < 15
    ]
    assert nameless == []
