"""Alembic migrations: numbered slugs, never edited once landed."""
