"""The services' tests share a desk and leave nothing behind, but for those that ask for a `store` of their own."""

from tests.services.acting import session, shared_store  # noqa: F401
