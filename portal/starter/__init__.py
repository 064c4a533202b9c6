"""The texts and sample data of a first start, as TOML and Markdown beside `loading.py`."""
