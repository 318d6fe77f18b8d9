"""The kernel: the words and laws of the farm; it imports none of the other folders."""
