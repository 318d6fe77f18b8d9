"""A painter of small street scenes: the demo clip, its truth, and endless scenes to train on."""
