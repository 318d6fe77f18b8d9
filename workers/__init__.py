"""The farm: the pipeline of one camera and, around it, what runs many."""
