import threading

from tests.fixtures.live import Door
from tests.servers.rundir import STOP_SECONDS_MAX


def test_a_shut_door_waits_for_who_is_inside_and_lets_nobody_in():
    inside, go, told = threading.Event(), threading.Event(), []

    def slow(_environ, start_response):
        inside.set()
        assert go.wait(STOP_SECONDS_MAX)
        told.append("answered")
        start_response("200 OK", [])
        return [b"late"]

    def shut():
        door.shut()
        told.append("shut")

    door = Door(slow)
    threads = [threading.Thread(target=door, args=({}, lambda *_given: None)), threading.Thread(target=shut)]
    threads[0].start()
    assert inside.wait(STOP_SECONDS_MAX)
    threads[1].start()
    go.set()
    for thread in threads:
        thread.join()
    assert told == ["answered", "shut"]
    assert door({}, lambda status, _headers: told.append(status)) == []
    assert told[2:] == ["503 Service Unavailable"]
