"""What a run will do: its inputs, the params of every rule, what is refused before the first job, and `pasi check`.

It may import the config and the stages above it; no script of the workflow imports it.
"""
