"""What does not move: streets, yards, car parks and halls, and the camera that watches them."""
