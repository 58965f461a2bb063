"""Forms of signing in."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length

from programme.base.forms import HouseForm
from programme.base.language import lazy_gettext as _l


class SignInForm(HouseForm):
    """Address and password."""

    email = EmailField(
        _l("Adresse électronique"), [DataRequired(_l("Indiquez votre adresse.")), Length(max=254)]
    )
    password = PasswordField(
        _l("Mot de passe"), [DataRequired(_l("Indiquez votre mot de passe.")), Length(max=200)]
    )
    next = HiddenField()
