"""Real servers that speak the providers' HTTP APIs, as their public documentation has them."""
