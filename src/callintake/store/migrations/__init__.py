"""The schema's history, one small named migration a change."""
