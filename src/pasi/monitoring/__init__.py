"""What a run and its machine are doing: `pasi status` and `pasi doctor`, from files and without changing any.

It may import every package but the commands.
"""
