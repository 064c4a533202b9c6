"""What readers see of editions beside the text: history, comparison, PDF, preview links."""
