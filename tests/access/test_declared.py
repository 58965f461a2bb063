"""Every endpoint says whom it is open to; what says nothing is refused at the edge (DESIGN.md section 2)."""

from __future__ import annotations

from flask import Flask

from programme.app import create_app
from programme.base.access import GRANTS, Permission, Role, access_of
from programme.base.extensions import db
from programme.config import Settings
from tests.access.registry import unregistered

OPEN = {
    "programme.accounts.sign_in",
    "programme.accounts.second_step",
    "programme.accounts.sign_out",
    "programme.accounts.switch_language",
    "programme.accounts.forgotten",
    "programme.accounts.welcome",
    "programme.home.healthz",
    "programme.home.readyz",
}
"""What answers without an account; making this longer is a decision, not an accident."""


def test_every_endpoint_declares_its_access(app: Flask) -> None:
    silent = [
        name
        for name, view in sorted(app.view_functions.items())
        if name != "static" and access_of(view) is None
    ]
    assert not silent, (
        f"these endpoints say nothing about who may open them: {', '.join(silent)}. Write @requires(Permission.X) "
        "below the route of each (or @public, and its name in OPEN here, if everyone may)."
    )


def test_public_endpoints_are_the_known_ones(app: Flask) -> None:
    open_ones = {
        name for name, view in app.view_functions.items() if (found := access_of(view)) and found.is_public
    }
    assert open_ones == OPEN


def test_every_argument_is_registered(app: Flask) -> None:
    missing = unregistered(app)
    assert not missing, (
        "the access walk does not know what to put for these arguments: "
        f"{'; '.join(missing)}. Add each to RECORDS (with a record of both regions in tests/access/world.py), "
        "FREE or NATIONAL in tests/access/registry.py."
    )


def test_an_undeclared_view_is_refused(settings: Settings) -> None:
    made = create_app(settings)
    made.add_url_rule("/silent", view_func=lambda: "opened", endpoint="silent")
    assert made.test_client().get("/silent").status_code == 403
    with made.app_context():
        db.engine.dispose()


def test_every_permission_is_granted_and_used(app: Flask) -> None:
    """A permission that nobody has, or that no role is without, would hide a mistake in the matrix."""
    assert set(GRANTS) == set(Role)
    granted = set().union(*GRANTS.values())
    assert granted == set(Permission), "permissions that no role holds"
