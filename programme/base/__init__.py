"""The ground floor: what every room stands on, knowing none of them."""
