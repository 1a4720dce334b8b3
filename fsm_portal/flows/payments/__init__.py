"""Payments as they are listed for either face: received, refused, disputed; and the receipt."""
