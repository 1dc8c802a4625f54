"""Taking a call: four steps, free to move among, with Live notes always in sight."""
