"""Transfer activities given by a trained association to others (glossary: transfer)."""
