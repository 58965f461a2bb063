"""A backup that is damaged, or was made to harm, is refused in one sentence before anything is written."""

from __future__ import annotations

import hashlib
import json
import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from programme.base.extensions import db
from programme.keeping import archive as archives
from programme.keeping.archive import DIGITS, TOLD, opened
from programme.keeping.manifest import NAME, BadArchive
from tests.programme.keeping.conftest import Place

FLIPS = 200
Members = dict[str, bytes]


@pytest.fixture
def members(archive: Path) -> Members:
    with zipfile.ZipFile(archive) as source:
        return {name: source.read(name) for name in source.namelist()}


def sealed(path: Path, fill: Callable[[zipfile.ZipFile], None]) -> Path:
    """An archive whose hash at the end is right, whatever `fill` puts into it: not damaged, but hostile."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        fill(out)
        out.comment = TOLD + b"0" * DIGITS
    data = path.read_bytes()[:-DIGITS]
    path.write_bytes(data + hashlib.sha256(data).hexdigest().encode())
    return path


def changed(members: Members, **more: bytes | None) -> Callable[[zipfile.ZipFile], None]:
    def fill(out: zipfile.ZipFile) -> None:
        for name, data in {**members, **more}.items():
            if data is not None:
                out.writestr(name, data)

    return fill


def test_the_sound_one_is_taken(members: Members, tmp_path: Path) -> None:
    """Else every refusal below could have another reason."""
    with opened(sealed(tmp_path / "made.zip", changed(members))) as reader:
        assert reader.manifest.tables["region"].rows > 0


def test_one_flipped_bit_anywhere_is_found(archive: Path, tmp_path: Path) -> None:
    data, chance = archive.read_bytes(), random.Random(20261122)
    places = {0, 1, len(data) - 1, len(data) - DIGITS, len(data) - DIGITS - 1, len(data) // 2}
    places |= {chance.randrange(len(data)) for _ in range(FLIPS)}
    bad = tmp_path / "bad.zip"
    for place in sorted(places):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        bad.write_bytes(flipped)
        with pytest.raises(BadArchive), opened(bad):
            pytest.fail(f"a flip at {place} was not seen")


def test_a_cut_or_lengthened_one_is_found(archive: Path, tmp_path: Path) -> None:
    data, bad = archive.read_bytes(), tmp_path / "bad.zip"
    for size in (0, 1, DIGITS, len(data) // 3, len(data) - 1):
        bad.write_bytes(data[:size])
        with pytest.raises(BadArchive), opened(bad):
            pytest.fail(f"{size} bytes were taken for the whole")
    for more in (b"\0", data):
        bad.write_bytes(data + more)
        with pytest.raises(BadArchive), opened(bad):
            pytest.fail("what was added was not seen")


def test_a_damaged_one_changes_nothing_in_the_place(
    archive: Path, place: Callable[..., Place], tmp_path: Path
) -> None:
    data, bad, target = bytearray(archive.read_bytes()), tmp_path / "bad.zip", place()
    data[len(data) // 2] ^= 1
    bad.write_bytes(data)
    with pytest.raises(BadArchive, match="abîmée"):
        target.put_back(bad)
    with target.app.app_context():
        assert sa.inspect(db.engine).get_table_names() == []
    assert not target.settings.uploads.exists()
    target.put_back(archive)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "/tmp/outside.txt",
        "uploads/../../outside.txt",
        "uploads\\..\\x",
        "C:x",
        "uploads/",
        "..",
        "é",
    ],
)
def test_a_path_that_leaves_the_place_is_refused(members: Members, tmp_path: Path, name: str) -> None:
    told = json.loads(members[NAME])
    told["files"][name] = {"size": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}
    made = changed({**members, NAME: json.dumps(told).encode(), name: b"evil"})
    with pytest.raises(BadArchive), opened(sealed(tmp_path / "made.zip", made)):
        pytest.fail("taken")
    assert not (tmp_path.parent / "outside.txt").exists()


def test_a_link_is_refused(members: Members, tmp_path: Path) -> None:
    def fill(out: zipfile.ZipFile) -> None:
        changed(members)(out)
        link = zipfile.ZipInfo("uploads/link.pdf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, "/etc/passwd")

    with pytest.raises(BadArchive, match="simples fichiers"), opened(sealed(tmp_path / "made.zip", fill)):
        pytest.fail("taken")


def test_a_bomb_is_refused_before_it_is_unpacked(members: Members, tmp_path: Path) -> None:
    name = "tables/region.jsonl"
    made = sealed(tmp_path / "made.zip", changed({**members, name: b"[" + b"0," * 8_000_000 + b"0]\n"}))
    with pytest.raises(BadArchive, match="démesurément"), opened(made):
        pytest.fail("taken")


def test_what_the_manifest_does_not_say_is_refused(members: Members, tmp_path: Path) -> None:
    region = "tables/region.jsonl"
    cases: list[dict[str, Any]] = [
        {"uploads/more.pdf": b"%PDF-"},
        {region: None},
        {region: members[region] + members[region]},
        {region: members[region][:-1]},
        {region: b""},
        {NAME: None},
        {NAME: b"{}"},
        {NAME: b"[1]"},
        {NAME: b"\xff"},
        {NAME: b"[" * 100_000},
    ]
    for number, case in enumerate(cases):
        with pytest.raises(BadArchive), opened(sealed(tmp_path / f"{number}.zip", changed(members, **case))):
            pytest.fail(f"case {number} was taken")


def test_a_manifest_that_asks_for_too_much_is_refused(members: Members, tmp_path: Path) -> None:
    def told(**more: Any) -> bytes:
        return json.dumps({**json.loads(members[NAME]), **more}).encode()

    table = {"columns": ["id"], "rows": 0, "size": 0, "sha256": "0" * 64}
    empty = {**table, "sha256": hashlib.sha256(b"").hexdigest()}
    cases = [
        told(format=2),
        told(taken_at="yesterday"),
        told(taken_at="2026-11-22"),
        told(unknown=1),
        told(tables={'x"; DROP TABLE region; --': empty}),
        told(tables={"x": {**table, "sha256": "0"}}),
        told(tables={"x": {**empty, "columns": ['id") --']}}),
        told(tables={"x": {**empty, "rows": -1}}),
        told(files={"uploads/x": {"size": 1}}),
    ]
    for number, case in enumerate(cases):
        made = sealed(tmp_path / f"{number}.zip", changed(members, **{NAME: case}))
        with pytest.raises(BadArchive), opened(made):
            pytest.fail(f"case {number} was taken")


def test_other_tables_than_those_of_the_schema_are_refused(
    members: Members, place: Callable[..., Place], tmp_path: Path
) -> None:
    """All its hashes are right; only the schema says that there is no such table."""
    told = json.loads(members[NAME])
    line = b'["x"]\n'
    told["tables"]["unheard_of"] = {
        "columns": ["name"],
        "rows": 1,
        "size": len(line),
        "sha256": hashlib.sha256(line).hexdigest(),
    }
    made = changed({**members, NAME: json.dumps(told).encode(), "tables/unheard_of.jsonl": line})
    target = place()
    with pytest.raises(BadArchive, match="ne sont pas celles de son schéma"):
        target.put_back(sealed(tmp_path / "made.zip", made))
    with target.app.app_context():
        assert sa.inspect(db.engine).get_table_names() == []


def test_a_newer_schema_is_refused(members: Members, place: Callable[..., Place], tmp_path: Path) -> None:
    told = {**json.loads(members[NAME]), "revision": "9999_to_come"}
    made = sealed(tmp_path / "made.zip", changed({**members, NAME: json.dumps(told).encode()}))
    with pytest.raises(BadArchive, match="version plus récente"):
        place().put_back(made)


def test_the_bounds_are_what_refused(
    members: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the bound on swelling away the bomb would have been unpacked: the guard is this one."""
    monkeypatch.setattr(archives, "MOST_TIMES", 10**9)
    name = "tables/region.jsonl"
    made = sealed(tmp_path / "made.zip", changed({**members, name: b"[" + b"0," * 800_000 + b"0]\n"}))
    with pytest.raises(BadArchive, match="taille que dit le manifeste"), opened(made):
        pytest.fail("taken")
