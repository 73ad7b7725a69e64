"""What is done to the text: one package for each stage, in the order extract, clean, segment, classify, validate, publish.

Pure functions: bytes, rows or Arrow tables in, rows or tables out. No Prefect, no clock, no network. A stage does not
import another stage; `flows` joins them.
"""
