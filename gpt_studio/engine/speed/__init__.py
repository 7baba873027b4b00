"""The same arithmetic, faster: decoding token by token, half precision, flat weights, recorded work."""
