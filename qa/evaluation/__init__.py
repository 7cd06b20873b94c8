"""How well a library answers: data sets, metrics, calibration, feedback."""
