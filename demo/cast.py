"""The people whose log-ins the demo shows, one for each role."""

from demo.making import PASSWORD, Making
from demo.people import MAIL_DOMAIN, Crowd, Person

# role → name, company's domain, company, presenter kind
_CAST = {
    "administrator": ("Nora Feldkampen", "circle", "Quandrell Circle", "organiser"),
    "chair": ("Katrin Mossbrucker", "lindauer-pumpen", "Lindauer Pumpenwerk GmbH", "user"),
    "track-chair": ("Alberto Vianelloni", "carminati", "Carminati Tessuti S.p.A.", "user"),
    "reviewer": ("Ruth Ellinghurst", "northmoor", "Northmoor Rail", "user"),
    "author": ("Amara Stilwellow", "brackenhill", "Brackenhill Dairies Ltd", "user"),
    "member": ("Jonas Wiedehopfer", "alpkraft", "Alpkraft Energie AG", "user"),
}
ACCOUNT_DAYS = 400

LOG_INS = tuple(
    (role.replace("-", " "), f"{role}@{domain}.{MAIL_DOMAIN}", PASSWORD)
    for role, (_name, domain, _company, _kind) in _CAST.items()
)


def invent(crowd: Crowd) -> dict[str, Person]:
    """By role."""
    return {
        role: crowd.named(name, domain, company, kind, email=f"{role}@{domain}.{MAIL_DOMAIN}")
        for role, (name, domain, company, kind) in _CAST.items()
    }


def open_accounts(making: Making, cast: dict[str, Person]) -> dict[str, int]:
    """Accounts by role."""
    return {
        role: making.account(person, days=ACCOUNT_DAYS, is_administrator=role == "administrator")
        for role, person in cast.items()
    }
