"""What kinds of files tickets leave the desk as."""

from enum import StrEnum


class Form(StrEnum):
    """A table for a spreadsheet, a document for a program, or a page for people."""

    CSV = "csv"
    JSON = "json"
    HTML = "html"
