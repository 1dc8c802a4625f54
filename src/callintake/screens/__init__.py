"""The screens; each has its stylesheet beside it and is given the desk it works on."""
