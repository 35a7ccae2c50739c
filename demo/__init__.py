"""Synthetic instrument exports, made without any of the code that later reads them."""

from demo.study import write_study

__all__ = ["write_study"]
