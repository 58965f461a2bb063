"""What must hold before an agreement enters into force, each condition with its tick (RULES P1)."""

from __future__ import annotations

from collections.abc import Callable

from partnerships.agreements.models import Agreement, Party
from programme.base.language import gettext as _
from programme.base.states import Check


def checks_for_force(agreement: Agreement) -> list[Check]:
    """The conditions of force: parties, an end after the start, and who signed as what and when, for each.

    How many parties is not for us to say (never hard-coded): that all are named and signed is.
    """
    parties = agreement.parties
    return [
        Check("parties", _("Les parties sont nommées"), bool(parties)),
        Check("period", _("Une fin après le début"), agreement.ends_on > agreement.starts_on),
        _every("signatory", _("Un signataire pour chaque partie"), parties, lambda one: bool(one.signatory)),
        _every("capacity", _("La qualité de chaque signataire"), parties, lambda one: bool(one.capacity)),
        _every("signed_on", _("La date de chaque signature"), parties, lambda one: one.signed_on is not None),
    ]


def _every(name: str, label: str, parties: list[Party], has: Callable[[Party], bool]) -> Check:
    missing = [str(party.organisation.name) for party in parties if not has(party)]
    detail = _("Manque : %(names)s", names=" · ".join(missing)) if missing else ""
    return Check(name, label, bool(parties) and not missing, detail)
