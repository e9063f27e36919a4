"""The evidence pack: workbook, documents and proofs of the log in one signed ZIP, and its verifier."""
