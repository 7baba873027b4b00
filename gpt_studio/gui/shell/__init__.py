"""What stands around the pages: menus, tab strip, lesson, status bar, dialogs."""
