"""The page of `pasi review`: the photos and scores of new visits, and a reader's own grades beside them."""
