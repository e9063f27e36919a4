"""Tools of the tests: databases, a strict client, a mail server, a browser."""
