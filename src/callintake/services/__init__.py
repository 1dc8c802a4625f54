"""What a person at the desk does: one verb, one function, inside the one transaction its caller holds."""
