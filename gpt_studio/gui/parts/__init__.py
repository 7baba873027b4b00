"""What one tab alone uses: its widgets and its logic, a folder for each tab."""
