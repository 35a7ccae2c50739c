"""What files cannot know: forms that run the mutations everybody has."""
