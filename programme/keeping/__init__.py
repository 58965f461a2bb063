"""Keeping what is there: backups, restoring them, and the doctor that looks at an installation."""
