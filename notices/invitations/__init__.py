"""The doors from a meeting invitation: dates, their codes and pages. Only `planning` acts."""
