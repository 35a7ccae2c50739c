"""A copy of catalog and lake elsewhere, taken while everything runs, and its way back."""
