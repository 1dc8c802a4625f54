"""Searches share a desk and leave nothing behind; whatever is about the database itself asks for a desk of its own."""

from tests.services.acting import session, shared_store  # noqa: F401
