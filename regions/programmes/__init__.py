"""The programme, its regional programmes and their versioned targets (glossary: regional_programme)."""
