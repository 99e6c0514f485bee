"""Small words that every app uses; each has at least two users."""
