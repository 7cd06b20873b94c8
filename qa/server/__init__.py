"""The server: the chat and the scripts' endpoints, behind one guard.

Nothing is imported here, because Gradio takes seconds; see ``app.py`` of this package.
"""
