"""Spreadsheets and lists of records: CSV, TSV, JSON Lines, Excel."""
