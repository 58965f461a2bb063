"""The journal as people read it, and its verification (glossary: audit_log)."""
