"""Evaluation: how good the pipeline is on a suite of scenarios whose truth is known exactly."""
