"""The vault of this process: set by `create_app`, used by the rules that seal or show national ids (RULES D1)."""

from __future__ import annotations

from programme.base.personal import Vault

_vault: list[Vault] = []


def provide(vault: Vault) -> None:
    """Set the vault with the keys of this installation."""
    _vault[:] = [vault]


def vault() -> Vault:
    """The vault; IndexError before `create_app`."""
    return _vault[0]
