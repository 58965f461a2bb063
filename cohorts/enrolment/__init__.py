"""Cohorts, association seats, places and enrolments of trainees (glossary: cohort, trainee, substitution)."""
