"""The rules of the desk, in pure Python: nothing here imports a screen or a database."""
