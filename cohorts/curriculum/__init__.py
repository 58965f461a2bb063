"""Modules of a curriculum and their hours (glossary: module)."""
