"""Measures of a library: data sets, metrics, calibration, feedback."""
