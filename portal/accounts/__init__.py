"""Who signs in, how, and for how long: passwords, second factors, brakes, sessions."""
