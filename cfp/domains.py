"""Which mail addresses say that two people work in the same house."""

PUBLIC_MAIL_DOMAINS = frozenset(
    """
    163.com 126.com aim.com alice.it aol.com aol.de arcor.de att.net bigpond.com bk.ru bluewin.ch bt.com btinternet.com
    chello.at comcast.net cox.net daum.net disroot.org duck.com email.de email.it fastmail.com fastmail.fm fastwebnet.it
    foxmail.com free.fr freenet.de freenet.it gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com
    hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it hushmail.com icloud.com inbox.lv inbox.ru inwind.it
    iol.it kpnmail.nl laposte.net libero.it list.ru live.co.uk live.com live.de live.it live.nl mac.com mail.com mail.de
    mail.ru mailbox.org mailfence.com me.com msn.com naver.com ntlworld.com o2.pl online.de orange.fr outlook.at
    outlook.com outlook.de outlook.fr outlook.it pec.it pm.me posteo.at posteo.ch posteo.de posteo.net proton.me
    protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com runbox.com sapo.pt seznam.cz
    sfr.fr shaw.ca sky.com sunrise.ch t-online.de tele2.nl telenet.be telia.com telus.net tim.it tin.it tiscali.it
    tutanota.com tutanota.de tuta.com tuta.io ukr.net verizon.net virgilio.it virgin.net vodafone.de vodafone.it
    web.de wp.pl yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com
    wanadoo.fr zoho.com
    """.split()
)
"""Providers at which everybody can have an address: sharing one of these says nothing."""


def mail_domain(address: str | None) -> str | None:
    """The part behind the @ in lower case; None for no address and for public providers."""
    domain = (address or "").rpartition("@")[2].strip().rstrip(".").lower()
    return domain if "." in domain and domain not in PUBLIC_MAIL_DOMAINS else None


def same_house(one: str | None, other: str | None) -> bool:
    """Whether the domains of two addresses are, as ``are_related`` says, those of one house."""
    first, second = mail_domain(one), mail_domain(other)
    return first is not None and second is not None and are_related(first, second)


def are_related(first: str, second: str) -> bool:
    """The same domain, or a department of it: ``physics.uni.example`` belongs to ``uni.example``."""
    return first == second or first.endswith("." + second) or second.endswith("." + first)
