"""Readers without code, and tables that somebody declares."""
