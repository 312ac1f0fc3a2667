from threading import Event, Thread

from pretraject.core.turns import Turns


def test_turns_are_served_in_order_of_arrival():
    turns = Turns()
    served = []
    turns.take()
    waiting = [_wait_in_line(turns, name, served) for name in "abc"]

    turns.give_back()
    for thread in waiting:
        thread.join(timeout=10)

    assert served == ["a", "b", "c"]


def test_a_turn_nobody_waits_for_is_free():
    turns = Turns()
    turns.take()
    turns.give_back()
    done = Event()

    thread = Thread(target=lambda: (turns.take(), done.set()))
    thread.start()
    thread.join(timeout=10)

    assert done.is_set()


def _wait_in_line(turns, name, served):
    """Start a thread that waits for its turn, and return once it stands in line."""
    before = len(turns._waiting)

    def run():
        turns.take()
        served.append(name)
        turns.give_back()

    thread = Thread(target=run)
    thread.start()
    while len(turns._waiting) == before:
        pass
    return thread
