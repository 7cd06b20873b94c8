"""Gradio's own parts in our colours; the rest is in ``page.css``."""

import gradio as gr

#: Fonts that the reader's machine has; none is fetched.
SANS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "sans-serif",
)


def theme() -> gr.themes.Base:
    """A plain theme on paper and ink."""
    return gr.themes.Base(font=SANS, font_mono=("ui-monospace", "monospace")).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#171614",
        body_text_color="#1f1d1a",
        body_text_color_dark="#ebe6dc",
    )
