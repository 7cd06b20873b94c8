"""The server: the chat and the routes of scripts, guarded by the same layers.

Nothing is imported here, because importing Gradio takes seconds; see :mod:`qa.server.app`.
"""
