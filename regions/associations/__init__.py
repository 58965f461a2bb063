"""Associations: registry, bureau mandates, documents (glossary: association, bureau, receipt)."""
