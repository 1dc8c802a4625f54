"""Events from phones: the listener, what each kind of phone sends, and the template for 3CX."""
