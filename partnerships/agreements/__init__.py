"""Agreements, parties, commitments, scanned texts (glossary: agreement, parties, commitments)."""
