"""Who belongs, and who may act for whom."""
