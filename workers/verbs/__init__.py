"""The verbs of the command line that run pipelines."""
