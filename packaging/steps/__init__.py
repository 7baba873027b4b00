"""The steps of a build, one file each; build.py calls them in their order."""
