"""The Look inside tab: heads in small and in large, arcs, the reading."""
