"""callintake: a keyboard-first terminal desk for helpdesks that take requests by phone."""

__version__ = "0.1.0"
