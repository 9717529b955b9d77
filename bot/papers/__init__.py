"""The papers to take along: what is on them, how they are set in type, where they are found."""
