"""Organisations that are parties to agreements (glossary: ministry, wilaya, regional_council, implementer)."""
