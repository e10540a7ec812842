"""The published figures: periods, definitions, the quarterly report as page, PDF and CSV, and what was issued."""
