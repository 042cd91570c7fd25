"""The demo: an invented community with three events in three states, made by the services of the house."""

from demo.log_ins import LOG_INS

__all__ = ["LOG_INS", "make"]


def make() -> None:
    """Makes the demo unless it is there. Imported here: a server that only shows the log-ins needs none of it."""
    from demo.whole import make_all

    make_all()
