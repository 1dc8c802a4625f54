"""Messages to departments: what they say, how they go, and the courier that takes them there (P9, P10)."""
