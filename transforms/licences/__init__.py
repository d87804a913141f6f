"""Licences: their names made one, what they permit, and what a curriculum asks of them."""
