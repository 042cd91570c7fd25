"""Letters about accounts and teams."""
