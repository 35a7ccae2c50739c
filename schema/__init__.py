"""What the data is and where it rests."""
