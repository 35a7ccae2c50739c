"""Synthetic instrument exports, made without any of the code that later reads them."""
