"""This computer: how busy it is, what was measured on it, how runs are best computed."""
