"""The page of `pasi predict --report`: what one call has scored, for the person who ordered the scoring."""
