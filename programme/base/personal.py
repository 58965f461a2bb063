"""Personal data at rest: sealing of national ids and the keyed hash that matches them (RULES D1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from programme.base.cleaning import clean_national_id

KEY_FILE = "data.key"
KEY_VARIABLE = "PROGRAMME_DATA_KEY"
_KEY_BYTES = 32


class BadKey(ValueError):
    """A data key that is not 32 bytes in URL-safe base64; the message never shows it."""


class SealBroken(ValueError):
    """A sealed text that none of the keys opens: the wrong key, or altered data."""


class Vault:
    """Seals and opens short texts, and hashes national ids, with one or more data keys.

    The first key is the one in use; the others open what was sealed before a rotation. Sealing and hashing
    each use a key of their own, derived from the data key.
    """

    def __init__(self, *keys: bytes) -> None:
        """`keys` are as `new_key` makes them, newest first. Raises BadKey."""
        if not keys:
            raise BadKey("a vault needs at least one data key")
        secrets_ = [_decode(key) for key in keys]
        self._box = MultiFernet(
            [Fernet(base64.urlsafe_b64encode(_derive(secret, b"programme seal"))) for secret in secrets_]
        )
        self._hash_keys = [_derive(secret, b"programme national id hash") for secret in secrets_]

    def seal(self, text: str) -> str:
        """Encrypted and authenticated; the same text gives another token each time."""
        return self._box.encrypt(text.encode("utf-8")).decode("ascii")

    def open(self, token: str) -> str:
        """The text that was sealed. Raises SealBroken."""
        try:
            return self._box.decrypt(token.encode("utf-8")).decode("utf-8")
        except (InvalidToken, UnicodeError):
            raise SealBroken("the sealed text cannot be opened with the present keys") from None

    def reseal(self, token: str) -> str:
        """The same text under the key in use, for a rotation. Raises SealBroken."""
        try:
            return self._box.rotate(token.encode("utf-8")).decode("ascii")
        except (InvalidToken, UnicodeError):
            raise SealBroken("the sealed text cannot be opened with the present keys") from None

    def keyed_hash(self, text: str) -> str:
        """64 hex digits by which a national id is found again, however it was typed.

        Raises ValueError when nothing is left of `text` once cleaned, Unclean on control characters.
        """
        return self.keyed_hashes(text)[0]

    def keyed_hashes(self, text: str) -> tuple[str, ...]:
        """The keyed hash under each key, the one in use first: what to look for while a rotation runs."""
        value = clean_national_id(text).value
        if value is None:
            raise ValueError("no national id to hash")
        message = value.encode("utf-8")
        return tuple(hmac.new(key, message, hashlib.sha256).hexdigest() for key in self._hash_keys)


def sealed(hashed: str | None = None) -> dict[str, Any]:
    """The `info` of a column that holds sealed text, so that a rotation of keys finds it.

    `hashed` names the column beside it that holds the keyed hash of the same text.
    """
    return {"sealed": True, "hashed": hashed}


def new_key() -> bytes:
    """A fresh data key: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES))


def load_keys(instance_path: str | Path, environ: Mapping[str, str] = os.environ) -> list[bytes]:
    """The data keys, newest first: those of PROGRAMME_DATA_KEY, else of `data.key` in the instance folder.

    Several keys are separated by commas or white space. Without either, one key is made and written once,
    readable by its owner only. Raises BadKey.
    """
    given = environ.get(KEY_VARIABLE, "").strip()
    if not given:
        path = Path(instance_path) / KEY_FILE
        if not path.exists():
            _write_once(path, new_key())
        given = path.read_text("ascii", errors="replace")
    keys = [key.encode("utf-8") for key in re.split(r"[\s,]+", given) if key]
    if not keys:
        raise BadKey("the data key file is empty")
    for key in keys:
        _decode(key)
    return keys


def write_keys(instance_path: str | Path, keys: list[bytes]) -> None:
    """Replace `data.key` whole, on the disk when this returns; newest first. Raises BadKey, OSError."""
    for key in keys:
        _decode(key)
    path = Path(instance_path) / KEY_FILE
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(b"\n".join(keys) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_once(path: Path, key: bytes) -> None:
    """Make the file whole or not at all: of two processes the later one reads the other's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails where the file exists, unlike a rename
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _decode(key: bytes) -> bytes:
    try:
        secret = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadKey("a data key is 32 bytes in URL-safe base64") from None
    if len(secret) != _KEY_BYTES:
        raise BadKey("a data key is 32 bytes in URL-safe base64")
    return secret


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)
