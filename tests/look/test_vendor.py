"""Everything the browser loads is in the repository, is what its manifest says, and calls no other host."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
VENDOR = STATIC / "vendor"
PARTS = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))["parts"]
LISTED = {(VENDOR / name).resolve(): digest for part in PARTS for name, digest in part["files"].items()}


@pytest.mark.parametrize(
    ("path", "digest"), sorted(LISTED.items()), ids=lambda value: getattr(value, "name", "")
)
def test_a_file_is_what_the_manifest_says(path: Path, digest: str) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_no_file_is_missing_from_the_manifest() -> None:
    there = {path.resolve() for path in VENDOR.rglob("*") if path.is_file() and path.name != "MANIFEST.json"}
    assert there <= set(LISTED)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["name"])
def test_a_part_names_its_version_and_carries_its_licence(part: dict[str, str]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", part["version"])
    assert part["licence"]
    assert part["source_package"].endswith(f"@{part['version']}")
    assert (VENDOR / part["name"] / "LICENSE").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    "path", sorted(STATIC.rglob("*.css")) + sorted(STATIC.rglob("*.js")), ids=lambda path: path.name
)
def test_no_file_asks_for_a_source_map_or_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"""(?:url\(|@import\s*)["']?(?:https?:)?//""", text)


def test_every_font_of_the_style_sheet_exists() -> None:
    sheet = STATIC / "css" / "fonts.css"
    fonts = re.findall(r'url\("([^"?]+)\?v=([0-9a-f]+)"\)', sheet.read_text(encoding="utf-8"))
    assert len(fonts) == sheet.read_text(encoding="utf-8").count("url(")
    for name, version in fonts:
        # The fingerprint in the address lets browsers keep the file for good: it must follow the file.
        assert hashlib.sha256((sheet.parent / name).read_bytes()).hexdigest().startswith(version)
