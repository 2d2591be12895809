"""The commands of `anlan`, one file each, imported when they are run."""
