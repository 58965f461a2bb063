"""What others made is named with its licence, and is what it was when it was taken."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, shown, text

VENDORED = sorted(path for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_each_vendored_part_is_in_the_notice(folder: Path) -> None:
    assert shown(folder) in text(ROOT / "NOTICE")
    assert (folder / "LICENSE").is_file()


def test_the_data_is_credited() -> None:
    notice = text(ROOT / "NOTICE")
    assert "Haut-Commissariat au Plan" in notice
    assert "CC BY 4.0" in notice
    assert "programme/reference/hcp" in notice
    assert "programme/reference/boundaries" in notice
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_vendored_files_are_what_the_manifest_says() -> None:
    """Each file's SHA-256 (hexadecimal) stands in the manifest: a part that was edited or swapped shows."""
    manifest = text(ROOT / "static" / "vendor" / "MANIFEST.json")
    parts = [
        path for folder in VENDORED for path in folder.rglob("*") if path.is_file() and path.name != "LICENSE"
    ]
    changed = [shown(path) for path in parts if hashlib.sha256(path.read_bytes()).hexdigest() not in manifest]
    assert changed == []
