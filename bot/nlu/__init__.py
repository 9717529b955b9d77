"""Understanding a patient's words: Rasa graph components and what they are made of."""
