"""`orgloop answer`: what people are asked, and how they say what they think of it."""
