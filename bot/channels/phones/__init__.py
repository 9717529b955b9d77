"""SMS and WhatsApp: what a phone's message goes through, and what is sent back."""
