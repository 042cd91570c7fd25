"""What pages show, as frozen values, one file for each group of pages."""
