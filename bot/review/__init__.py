"""Work of the console's that takes long, each in a process of its own: it needs the embeddings."""
