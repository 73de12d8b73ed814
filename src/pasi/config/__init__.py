"""The config: its keys as models, the schema made from them, and the reading of YAML files into frozen settings.

It may import the settings of the stages and what lies above them; no stage imports it.
"""
