"""Training, evaluating and predicting: what Model does with data."""
