"""Measurements that `make bench` prints: ratios within one run, never a limit in seconds.

A module here has `run(report)`, which is called in a fresh database with the starter content
and reports each figure as one line.
"""
