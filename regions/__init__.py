"""Territory, associations and regional programmes."""
