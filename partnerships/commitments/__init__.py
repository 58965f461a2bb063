"""Commitments of the parties, followed until kept (glossary: commitments, instalment conditions)."""
