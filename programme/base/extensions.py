"""The Flask extensions, made once and bound to the application by `create_app`."""

from __future__ import annotations

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from programme.base.database import Base

# Our models derive from Base and not from db.Model: the extension gives engine, session and commands.
db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()
babel = Babel()
csrf = CSRFProtect()
login = LoginManager()
