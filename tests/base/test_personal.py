import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.base.cleaning import Unclean
from programme.base.personal import KEY_FILE, BadKey, SealBroken, Vault, load_keys, new_key

KEY = new_key()
VAULT = Vault(KEY)


@given(st.text(max_size=40))
def test_what_is_sealed_opens_again(text: str) -> None:
    token = VAULT.seal(text)
    assert VAULT.open(token) == text
    assert len(text) < 4 or text not in token


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert VAULT.seal("AB123456") != VAULT.seal("AB123456")


@pytest.mark.parametrize("token", ["", "AB123456", "gAAAAA", "é", "\ud800"])
def test_what_was_not_sealed_does_not_open(token: str) -> None:
    for act in (VAULT.open, VAULT.reseal):
        with pytest.raises(SealBroken):
            act(token)


def test_an_altered_token_or_another_key_does_not_open() -> None:
    token = VAULT.seal("AB123456")
    altered = token[:30] + ("A" if token[30] != "A" else "B") + token[31:]
    with pytest.raises(SealBroken):
        VAULT.open(altered)
    with pytest.raises(SealBroken):
        Vault(new_key()).open(token)


def test_keys_are_rotated_without_losing_anything() -> None:
    newer = new_key()
    token = VAULT.seal("AB123456")
    both = Vault(newer, KEY)
    assert both.open(token) == "AB123456"
    resealed = both.reseal(token)
    assert Vault(newer).open(resealed) == "AB123456"
    with pytest.raises(SealBroken):
        VAULT.open(resealed)
    assert both.keyed_hashes("AB123456") == (
        Vault(newer).keyed_hash("AB123456"),
        VAULT.keyed_hash("AB123456"),
    )


def test_keyed_hash_finds_an_id_however_it_was_typed() -> None:
    wanted = VAULT.keyed_hash("AB123456")
    assert len(wanted) == 64
    assert set(wanted) <= set("0123456789abcdef")
    for typed in ("ab 123456", "AB.123-456", "\u200fAB\u00a0١٢٣٤٥٦", "АВ123456"):
        assert VAULT.keyed_hash(typed) == wanted
    assert VAULT.keyed_hash("AB123457") != wanted
    assert Vault(new_key()).keyed_hash("AB123456") != wanted


def test_nothing_has_no_hash() -> None:
    with pytest.raises(ValueError, match="no national id"):
        VAULT.keyed_hash("  ")
    with pytest.raises(Unclean):
        VAULT.keyed_hash("AB\x00123456")


@pytest.mark.parametrize(
    "key",
    [b"", b"short", KEY[:-4], KEY + b"AAAA", b"*" * 44, "é".encode() * 22],
    ids=["empty", "short", "cut", "longer", "no base64", "no ascii"],
)
def test_a_bad_key_is_refused_and_never_shown(key: bytes) -> None:
    with pytest.raises(BadKey) as refused:
        Vault(key)
    assert not key or key.decode() not in str(refused.value)
    with pytest.raises(BadKey):
        Vault()


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = load_keys(folder, {})
    assert load_keys(str(folder), {}) == first
    assert Vault(*first).open(Vault(*first).seal("x")) == "x"
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert os.listdir(folder) == [KEY_FILE]


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    gate = threading.Barrier(8)
    found: list[list[bytes]] = []

    def start() -> None:
        gate.wait()
        found.append(load_keys(tmp_path, {}))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(keys == found[0] for keys in found)
    assert os.listdir(tmp_path) == [KEY_FILE]


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = new_key()
    monkeypatch.setenv("PROGRAMME_DATA_KEY", f"{newer.decode()}, {KEY.decode()}")
    assert load_keys(tmp_path) == [newer, KEY]
    assert not list(tmp_path.iterdir())


def test_a_file_may_hold_several_keys(tmp_path: Path) -> None:
    newer = new_key()
    (tmp_path / KEY_FILE).write_bytes(newer + b"\n" + KEY + b"\n")
    assert load_keys(tmp_path, {}) == [newer, KEY]


@pytest.mark.parametrize("content", [b"", b"\n", b"not a key", b"\xff\xfe"])
def test_a_damaged_file_is_refused_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(BadKey):
        load_keys(tmp_path, {})
    assert (tmp_path / KEY_FILE).read_bytes() == content
