"""Published forecasting models, through their own libraries."""
