"""Long work as its readers see it: each in a language of their own, whoever began it and wherever it ran."""

from flask import Flask

from conference.actor import SYSTEM
from conference.locale import speaking
from conference.work import writing
from plumbing.answers import Conflict
from plumbing.jobs import Progress, job
from plumbing.kernel import kernel
from plumbing.queue import drain
from plumbing.sentences import sentence
from tests import factories
from tests.fixtures.app import sign_in


@job("test.told")
def told(params: dict[str, str], progress: Progress) -> dict[str, str]:
    progress(40, sentence("Looking for conflicts"))
    raise Conflict()


def test_why_work_failed_is_told_in_the_language_of_the_page(app: Flask, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        ref = work.start_job("test.told", {}, conference_id=cast.conference)
    drain(kernel())
    chair = sign_in(app.test_client(), cast.cleo)
    for locale in ("en", "de", "it"):
        chair.get(f"/language/{locale}")
        with speaking(locale):
            words = str(Conflict().reason)
        assert words in chair.get(f"/pyfest27/jobs/{ref}").text
