"""What can be wrong with a company's set-up, a small function each: see docs/architecture.rst."""
