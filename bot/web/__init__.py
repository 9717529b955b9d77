"""The web app: the demo clinic page with the chat, and the health of all three processes."""
