"""Words that every text shares, so that they say nothing about a fit: English, German, Italian.

Words that name something elsewhere are left in though grammar would have them here: “ai”, “ci”, “io” and “ha” are
Italian words and subjects of talks, “war” and “hat” are German ones.
"""

from functools import cache

GERMAN = frozenset(
    """
    aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim bereits bis
    bzw da dabei dafür daher damit dann daran darauf daraus darin darum darüber das dass davon dazu dein deine dem den
    denen denn der deren des dessen deshalb dich die dies diese diesem diesen dieser dieses dir doch dort du durch eben
    ein eine einem einen einer eines einige einigen einmal er erst es etwa etwas euch euer eure für ganz gegen gibt habe
    haben hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem ins ist ja jede
    jedem jeden jeder jedes jedoch jetzt kann kein keine keinem keinen keiner können könnte lassen lässt machen macht
    man manche mehr mein meine meinem meinen meiner mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne
    schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar sollen sollte sondern soll sonst sowie
    um und uns unser unsere unserem unseren unserer unter viel viele vielen vom von vor wann waren warum was wegen weil
    weiter welche welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wirst wo wobei wollen
    worden wurde wurden würde während zeigen zeigt zu zum zur zwar zwischen über
    """.split()
)
ITALIAN = frozenset(
    """
    abbiamo ad agli al alla alle allo altra altre altri altro anche ancora avere aveva bene che chi col come con contro
    così cosa cui da dagli dai dal dalla dalle dallo degli dei del dell della delle dello dentro di dopo dove due è
    ed era erano essere fa fare fino fra già gli hanno ho il in invece la le lei li lo loro lui ma mai meno mia mie
    mio molta molte molti molto ne negli nei nel nell nella nelle nello noi non nostra nostre nostri nostro nulla ogni
    oggi oppure ora per perché però più poco poi possiamo possono poter prima proprio può qual quale quali quando
    quanto quella quelle quelli quello quest questa queste questi questo qui quindi se sempre senza sia siamo si sarà
    solo sono sopra sotto sta stata state stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tre tua tue
    tutta tutte tutti tutto un una uno usare vi viene voi vostra vostre vostri vostro
    """.split()
)
TELLING = frozenset("bill cry detail fill fire find interest mill mine system thick thin top".split())
"""Words of the English list that talks are about."""


@cache
def stop_words() -> list[str]:
    """In the form in which the vectorizer wants them, in one order."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return sorted((ENGLISH_STOP_WORDS - TELLING) | GERMAN | ITALIAN)
