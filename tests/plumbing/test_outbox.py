"""Mails through the outbox: once, in the end, and under the same name each time."""

import threading
from datetime import timedelta

import pytest
from flask import Flask

from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing import deliver
from plumbing import outbox as box
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.outbox import ATTEMPTS_MAX, CLAIM_LASTS, Delivery, Outbox
from plumbing.queue import drain
from tests.plumbing.parts import Rang, connected, deliveries, outbox, ring
from tests.servers.smtp import SmtpServer


def due() -> list[int]:
    with reading(SYSTEM) as work:
        return box.due_ids(work.db, kernel().clock.now())


def test_each_recipient_gets_one_mail_and_the_row_is_done(app: Flask, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    number = ring("ada", "ben", "ada")
    assert drain(kernel()) == 1
    assert [mail.recipients for mail in smtp_server.messages] == [("ada@example.org",), ("ben@example.org",)]
    assert (outbox(number).delivered_at, due()) == (kernel().clock.now(), [])
    assert drain(kernel()) == 0


def test_nothing_is_written_when_the_transaction_fails(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing(SYSTEM) as work:
        work.emit(Rang(["ada"]), conference_id=None)
        raise ZeroDivisionError
    assert due() == []


def test_a_repeat_carries_the_same_name_and_the_same_bytes(app: Flask, smtp_server: SmtpServer) -> None:
    """As when a process dies after the server took the mail and before it could note that."""
    connected(app, smtp=smtp_server)
    number = ring("ada")
    drain(kernel())
    with writing(SYSTEM) as work:
        work.db.get_one(Outbox, number).delivered_at = None
        work.db.get_one(Delivery, deliveries(number)[0].id).state = "waiting"
    drain(kernel())
    first, second = smtp_server.messages
    assert first.raw == second.raw
    assert str(first.message["Message-ID"]) == deliveries(number)[0].message_id


def test_retries_follow_the_ladder_while_the_mail_server_is_down(
    app: Flask, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    connected(app, smtp=smtp_server)
    number = ring("ada")
    smtp_server.stop()
    waits = []
    for _attempt in range(7):
        drain(kernel())
        row = outbox(number)
        waits.append((row.due_at - clock.now()).total_seconds())
        assert "refused" in (row.last_error or "").lower()
        assert due() == []
        clock.advance(row.due_at - clock.now())
    assert waits == [10, 60, 300, 1800, 7200, 7200, 7200]
    smtp_server.start()
    drain(kernel())
    assert [mail.recipients for mail in smtp_server.messages] == [("ada@example.org",)]
    assert (outbox(number).last_error, deliveries(number)[0].state) == (None, "sent")


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    app: Flask, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.refuse(451, times=1)
    later = ring("ada")
    drain(kernel())
    assert (outbox(later).delivered_at, deliveries(later)[0].state) == (None, "waiting")
    smtp_server.refuse(554)
    never = ring("ben")
    drain(kernel())
    assert outbox(never).delivered_at == clock.now()
    assert [(row.state, row.last_error) for row in deliveries(never)] == [("failed", "554 refused by the test")]
    smtp_server.accept()
    clock.advance(timedelta(seconds=10))
    drain(kernel())
    assert [mail.recipients for mail in smtp_server.messages] == [("ada@example.org",)]


def test_it_gives_up_after_the_last_attempt_and_says_so(app: Flask, clock: FixedClock, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.stop()
    number = ring("ada")
    with writing(SYSTEM) as work:
        work.db.get_one(Outbox, number).attempts = ATTEMPTS_MAX - 1
    drain(kernel())
    clock.advance(timedelta(days=30))
    assert (due(), deliveries(number)[0].state) == ([], "failed")


def test_one_letter_that_fails_does_not_stop_the_others(app: Flask, clock: FixedClock, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.refuse(451, times=1)
    number = ring("ada", "ben")
    drain(kernel())
    assert [row.state for row in deliveries(number)] == ["waiting", "sent"]
    clock.advance(timedelta(seconds=10))
    drain(kernel())
    assert [mail.recipients[0] for mail in smtp_server.messages] == ["ben@example.org", "ada@example.org"]


def test_many_workers_at_once_send_each_mail_once(app: Flask, smtp_server: SmtpServer) -> None:
    shared = connected(app, smtp=smtp_server)
    numbers = [ring(f"person{at}") for at in range(4)]
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        for number in numbers:
            deliver.deliver(shared, number)

    threads = [threading.Thread(target=in_context(app, work)) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.recipients[0] for mail in smtp_server.messages) == [f"person{at}@example.org" for at in range(4)]


def in_context(app: Flask, work):  # type: ignore[no-untyped-def]
    def run() -> None:
        with app.app_context():
            work()

    return run


def test_a_claim_that_ran_out_is_taken_over(app: Flask, clock: FixedClock, smtp_server: SmtpServer) -> None:
    """The worker that had it was killed: nobody else touches the row before, and somebody does afterwards."""
    connected(app, smtp=smtp_server)
    number = ring("ada")
    with writing(SYSTEM) as work:
        assert box.claim(work.db, number, clock.now())
    assert (deliver.deliver(kernel(), number), due()) == (False, [])
    clock.advance(CLAIM_LASTS + timedelta(seconds=1))
    assert (due(), deliver.deliver(kernel(), number)) == ([number], True)
    assert len(smtp_server.messages) == 1


def test_a_worker_that_stood_still_does_not_send_what_another_sent(app: Flask, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    number = ring("ada")
    drain(kernel())
    letter_id = deliveries(number)[0].id
    assert deliver._hold(kernel(), number, letter_id) is False


def test_caught_mails_go_nowhere(app: Flask, smtp_server: SmtpServer) -> None:
    number = ring("ada")
    drain(kernel())
    assert (deliveries(number)[0].state, smtp_server.messages) == ("sent", [])


def test_a_server_that_is_away_is_asked_once_for_all_letters_of_a_row(app: Flask, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.stop()
    number = ring("ada", "ben", "cleo")
    drain(kernel())
    assert [(row.state, row.attempts) for row in deliveries(number)] == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    smtp_server.start()
    with writing(SYSTEM) as work:
        box.try_again(work.db, [number], [], now=kernel().clock.now())
    drain(kernel())
    assert [row.state for row in deliveries(number)] == ["sent"] * 3


def test_a_row_remembers_whom_a_letter_names_and_when_it_was_last_tried(
    app: Flask, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.refuse(451, times=1)
    number = ring("ada")
    drain(kernel())
    (first,) = deliveries(number)
    assert (first.recipient_name, first.tried_at, first.last_error) == ("ada", clock.now(), "451 refused by the test")
    clock.advance(timedelta(seconds=10))
    drain(kernel())
    (sent,) = deliveries(number)
    assert (sent.tried_at, sent.sent_at, sent.last_error) == (clock.now(), clock.now(), None)


def test_a_letter_that_was_refused_for_good_is_sent_when_asked_again(app: Flask, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.refuse(554, times=1)
    number = ring("ada", "ben")
    drain(kernel())
    ada, ben = deliveries(number)
    assert (ada.state, ben.state, due()) == ("failed", "sent", [])
    with writing(SYSTEM) as work:
        box.try_again(work.db, [number], [ada.id, ben.id], now=kernel().clock.now())
    assert due() == [number]
    drain(kernel())
    assert [mail.recipients[0] for mail in smtp_server.messages] == ["ben@example.org", "ada@example.org"]
    assert (deliveries(number)[0].state, outbox(number).delivered_at) == ("sent", kernel().clock.now())


def test_what_was_given_up_after_the_last_attempt_is_sent_when_asked_again(app: Flask, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server)
    smtp_server.stop()
    number = ring("ada")
    with writing(SYSTEM) as work:
        work.db.get_one(Outbox, number).attempts = ATTEMPTS_MAX - 1
    drain(kernel())
    smtp_server.start()
    with writing(SYSTEM) as work:
        box.try_again(work.db, [number], [deliveries(number)[0].id], now=kernel().clock.now())
    drain(kernel())
    assert [mail.recipients for mail in smtp_server.messages] == [("ada@example.org",)]


def test_a_letter_that_is_asked_for_while_the_row_is_being_sent_is_not_forgotten(
    app: Flask, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last letter and the note that all are sent."""
    connected(app, smtp=smtp_server)
    smtp_server.refuse(554, times=1)
    number = ring("ada")
    finish = deliver._finish

    def asked_meanwhile(*args: object) -> None:
        monkeypatch.setattr(deliver, "_finish", finish)
        with writing(SYSTEM) as work:
            box.try_again(work.db, [number], [deliveries(number)[0].id], now=kernel().clock.now())
        finish(*args)

    monkeypatch.setattr(deliver, "_finish", asked_meanwhile)
    deliver.deliver(kernel(), number)
    assert (outbox(number).delivered_at, due()) == (None, [number])
    drain(kernel())
    assert [mail.recipients for mail in smtp_server.messages] == [("ada@example.org",)]
