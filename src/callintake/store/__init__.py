"""The store: one database, embedded or shared, and the one way to change it."""
