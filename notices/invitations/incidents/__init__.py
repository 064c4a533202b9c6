"""Deviations and the meetings they touched: who is told what, and what the officer decided."""
