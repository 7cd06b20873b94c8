"""Text in pictures, read by RapidOCR."""
