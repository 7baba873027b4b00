"""The Train tab: charts, the list of runs, the timelapse."""
