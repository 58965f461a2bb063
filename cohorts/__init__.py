"""People, cohorts, sessions, transfers and the count of reached associations."""
