"""What a clinic says about itself: name, phone, hours, colour; from data/knowledge/clinic.yml."""

from __future__ import annotations

from bot.knowledge import knowledge


def clinic_words() -> dict[str, str]:
    """Return what fills {clinic_name}, {clinic_phone} and {clinic_hours} in the responses."""
    clinic = knowledge("clinic")
    return {f"clinic_{key}": str(clinic[key]) for key in ("name", "phone", "hours")}


def clinic_color() -> str:
    """Return the clinic's colour as "#1d5f8a", or "" if it chose none."""
    return str(knowledge("clinic").get("color") or "")
