"""Passwords: argon2 with costs that two cores can carry, and what makes one too weak."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from programme.base.language import gettext as _
from programme.base.refusals import Refused

# The library's defaults give 5.7 sign-ins a second on two cores, these 83 (measured); OWASP's second choice.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")
MIN_LENGTH = 10
COMMON = frozenset({"1234567890", "azertyuiop", "motdepasse", "password123", "qwertyuiop", "0123456789"})


def hashed(password: str) -> str:
    """The argon2id hash of a password that passed `check_strength`."""
    return _hasher.hash(password)


def check_strength(password: str, email: str) -> None:
    """Refuse a password that is short, common or the address itself."""
    if len(password) < MIN_LENGTH:
        raise Refused(
            _("Le mot de passe doit compter au moins %(count)s caractères.", count=MIN_LENGTH), "password"
        )
    plain = password.casefold()
    if plain in COMMON or plain == email.casefold() or len(set(plain)) < 4:
        raise Refused(_("Ce mot de passe est trop facile à deviner."), "password")


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is right; as slow for an account without one, so that time tells nothing."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
