"""The config: its keys as models, the JSON schema made from them, and the reading of YAML files into frozen settings.

It may import the `settings` modules of the stages, the names of the networks and the layers above these. No stage
imports it, so that a change of its code trains nothing again.
"""
