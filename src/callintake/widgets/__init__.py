"""Parts that screens share; each shows what it is given and tells what was done to it."""
