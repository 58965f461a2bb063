"""What the law gives to persons over their data: requests, erasure, retention (glossary: personal_data; law 09-08)."""
