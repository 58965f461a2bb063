"""The roof: the application, its commands and what knows every room."""
