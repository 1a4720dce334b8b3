"""Money that the office takes by hand: written down, shown, reversed by a new entry."""
