"""Who signs in: the accounts of the demonstration serve Fès-Meknès, and each region has five of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from programme.accounts import invitations
from programme.base.access import Actor, Role
from programme.base.accounts import LinkPurpose, Serves
from programme.demo import accounts
from programme.demo.national.country import Region
from programme.demo.national.frame import Regional
from programme.demo.national.training import Trained
from programme.demo.queries import region_names

Served = Mapping[Role, Mapping[Serves, list[int]]]
PREFIXES = {
    Role.REGIONAL_OFFICER: "region",
    Role.REGIONAL_PARTNER: "partenaire",
    Role.IMPLEMENTER: "operateur",
    Role.TRAINER: "formateur",
    Role.ASSOCIATION_REPRESENTATIVE: "association",
}


def hire(
    regions: Sequence[Region],
    built: Mapping[str, Regional],
    first: Mapping[str, Trained],
    trainers: Mapping[str, int],
    own: str,
) -> None:
    """Say what each account serves; `own` is the region that the demonstration's accounts serve."""
    for region in regions:
        association, persons = first[region.code].completed[0]
        served: dict[Role, dict[Serves, list[int]]] = {
            Role.REGIONAL_OFFICER: {Serves.REGION: [region.id]},
            Role.REGIONAL_PARTNER: {
                Serves.ORGANISATION: [built[region.code].council.id],
                Serves.REGION: [region.id],
            },
            Role.IMPLEMENTER: {Serves.ORGANISATION: [built[region.code].implementer.id]},
            Role.TRAINER: {Serves.TRAINER: [trainers[region.code]]},
            Role.ASSOCIATION_REPRESENTATIVE: {Serves.ASSOCIATION: [association]},
        }
        if region.code == own:
            for role, what in (served | {Role.TRAINEE: {Serves.PERSON: [persons[0]]}}).items():
                accounts.delegate(role, what)
        _open(region.code, served)


def _open(code: str, served: Served) -> None:
    operator, (_name_ar, name_fr) = Actor.system(), region_names()[code]
    for role, what in served.items():
        account = invitations.create(
            operator,
            email=f"{PREFIXES[role]}.{code}@example.ma",
            name=f"{role.label} · {name_fr}",
            role=role,
            language="fr" if int(code) % 2 else "ar",
            served=what,
        )
        token = invitations.issue_link(operator, account, LinkPurpose.INVITATION)
        invitations.choose_password(token, accounts.PASSWORD)
