"""People: association actors as named persons, national ids encrypted (glossary: association_actor; RULES D1)."""
