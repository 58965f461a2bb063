"""Pages share one layout, and nothing reaches a page unescaped by habit."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT, markup, python_files, shown, templates, text

# What may be put in a page as it is, because the code that makes it escapes: none so far.
SAFE_IN: set[str] = set()
EXTENDS = re.compile(r"""{%-?\s*extends\s+["']([^"']+)["']""")
# A report printed as one page that stands alone, for a file and not for the frame.
ALONE = {"templates/reports/alone.html"}


def _pages() -> list[Path]:
    """Templates of concepts that are whole pages: a leading underscore marks a piece of one."""
    folders = [ROOT / "templates" / package for package in PACKAGES]
    return [
        p
        for p in templates()
        if not p.name.startswith("_") and any(folder in p.parents for folder in folders)
    ]


def _is_framed(path: Path) -> bool:
    """Whether a template extends the layout, itself or through a frame of its own concept."""
    found = EXTENDS.search(markup(path))
    if found is None:
        return False
    return found[1].startswith("layout/") or _is_framed(ROOT / "templates" / found[1])


def test_pages_extend_the_layout() -> None:
    assert [shown(path) for path in _pages() if not _is_framed(path) and shown(path) not in ALONE] == []


def test_a_page_stands_in_the_folder_of_its_concept() -> None:
    """templates/<package>/<concept>/<page>.html: the concept is a package on disk."""
    lost = [
        shown(path)
        for path in [p for p in templates() if p.relative_to(ROOT / "templates").parts[0] in PACKAGES]
        if len(path.relative_to(ROOT / "templates").parts) > 2
        and not (ROOT / path.relative_to(ROOT / "templates").parent).is_dir()
    ]
    assert lost == []


def test_nothing_is_declared_safe_outside_the_list() -> None:
    unescaped = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false")
    found = {shown(path) for path in templates() if unescaped.search(markup(path))}
    assert found == SAFE_IN


def test_scripts_and_styles_carry_the_nonce() -> None:
    tag = re.compile(r"<(script|style)\b(?![^>]*\b(nonce|src)=)")
    assert [shown(path) for path in templates() if tag.search(markup(path))] == []


def test_nothing_is_fetched_from_another_host() -> None:
    remote = re.compile(r"""(src|href)\s*=\s*["'](https?:)?//""")
    assert [shown(path) for path in templates() if remote.search(markup(path))] == []


def test_templates_query_nothing() -> None:
    asking = re.compile(r"(?<![\w.])(db\.session|scalars\(|db\.|sa\.select\()")
    tags = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
    assert [shown(p) for p in templates() if any(asking.search(tag) for tag in tags.findall(markup(p)))] == []


def test_routes_hold_no_sql() -> None:
    statement = re.compile(r"\bdb\.session\.(execute|scalars?|query|get|add|delete|commit)\b|\bselect\(")
    assert [
        shown(p) for p in python_files(*PACKAGES) if p.name == "routes.py" and statement.search(text(p))
    ] == []
