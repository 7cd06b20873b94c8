"""Files that hold others: archives, and mail with what is attached to it."""
