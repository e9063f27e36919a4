"""Letters and receipts as PDF, set by Typst in Sahut's own hand."""
