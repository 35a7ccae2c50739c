"""The plots of the trade, one kind a file."""
