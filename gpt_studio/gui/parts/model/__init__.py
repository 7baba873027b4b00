"""The Model tab: settings with undo, the drawing, what each part costs."""
