"""The demo: stations, people and a year of complaints that nobody made.

Everything is invented, and deterministic by its seed; cases go through the real services, so that a demo
shows what the rules do and not what a script wrote.
"""
