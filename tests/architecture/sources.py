"""The files of the house, as the architecture tests read them."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("programme", "regions", "cohorts", "partnerships", "reports")
GENERATED = ROOT / "programme" / "migrations" / "versions"


def python_files(*folders: str) -> list[Path]:
    """Python files under the folders (default: packages, tools, tests), without generated migrations."""
    roots = folders or (*PACKAGES, "tools", "tests")
    found = (path for folder in roots for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if GENERATED not in path.parents]


def templates() -> list[Path]:
    """Every Jinja template."""
    return sorted((ROOT / "templates").rglob("*.html"))


def written_files() -> list[Path]:
    """Every text file we write ourselves: code, templates, settings, documents; nothing vendored."""
    kinds = {".py", ".html", ".md", ".cfg", ".toml", ".sh", ".css", ".js", ".txt", ".ini", ".mako"}
    folders = [*PACKAGES, "tools", "tests", "templates", "docs", "requirements", "static"]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    found += [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".coverage")]
    found += [path for path in (ROOT / ".ci").rglob("*") if path.is_file()]
    return sorted(path for path in found if "vendor" not in path.parts and path.name != ".git")


@cache
def text(path: Path) -> str:
    """What the file says."""
    return path.read_text(encoding="utf-8")


@cache
def markup(template: Path) -> str:
    """The template without Jinja's comments."""
    return re.sub(r"{#.*?#}", "", text(template), flags=re.DOTALL)


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(text(path), filename=str(path))


def shown(path: Path) -> str:
    """The path as a failure names it."""
    return path.relative_to(ROOT).as_posix()
