"""The log-ins that the demo shows, one for each role. The password is meant to be known."""

PASSWORD = "demo-of-rostrum"  # noqa: S105
MAIL_DOMAIN = "example"

# Role → name, company's domain, company, presenter kind.
CAST = {
    "administrator": ("Nora Feldkampen", "circle", "Quandrell Circle", "organiser"),
    "chair": ("Katrin Mossbrucker", "lindauer-pumpen", "Lindauer Pumpenwerk GmbH", "user"),
    "track-chair": ("Alberto Vianelloni", "carminati", "Carminati Tessuti S.p.A.", "user"),
    "reviewer": ("Ruth Ellinghurst", "northmoor", "Northmoor Rail", "user"),
    "author": ("Amara Stilwellow", "brackenhill", "Brackenhill Dairies Ltd", "user"),
    "member": ("Jonas Wiedehopfer", "alpkraft", "Alpkraft Energie AG", "user"),
}


def address_of(role: str) -> str:
    return f"{role}@{CAST[role][1]}.{MAIL_DOMAIN}"


LOG_INS = tuple((role.replace("-", " "), address_of(role), PASSWORD) for role in CAST)
