"""The verbs of this floor, one file for each group."""
