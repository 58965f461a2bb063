"""What `programme doctor` looks at in every installation; rooms with projections add theirs."""

from programme.keeping.checks import contents, database, machine

__all__ = ["contents", "database", "machine"]
