"""Files of office programs other than Word and Excel."""
