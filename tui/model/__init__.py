"""The words of the project as plain values: no files, no terminal, no database."""
