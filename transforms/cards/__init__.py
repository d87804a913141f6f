"""Sample cards: what a person looks at to judge a data set."""
