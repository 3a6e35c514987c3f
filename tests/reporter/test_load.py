"""How d rises with load, over processes and time."""

import os

from reporter.load import HONOURED, WINDOW, Counter, Load


class Clock:
    now = 6000.0

    def __call__(self) -> float:
        return self.now


def test_each_doubling_of_the_rate_costs_a_bit_and_four_at_most() -> None:
    for rate, d in ((0, 14), (19, 14), (21, 15), (39, 15), (41, 16), (81, 17), (161, 18), (5000, 18)):
        clock, counter = Clock(), Counter()
        for _ in range(int(rate * WINDOW)):
            counter.add(clock.now)
        clock.now += WINDOW
        assert Load(counter, 14, 20, clock).difficulty().asked == d, rate


def test_what_was_asked_stays_enough_for_ten_minutes() -> None:
    clock, counter = Clock(), Counter()
    load = Load(counter, 14, 1, clock)
    assert (load.difficulty().asked, load.difficulty().enough) == (14, 14)
    for _ in range(int(HONOURED)):
        counter.add(clock.now)
        counter.add(clock.now)
        clock.now += 1
        assert load.difficulty().enough == 14
    assert load.difficulty().asked == 16
    for _ in range(int(WINDOW)):
        counter.add(clock.now)
        counter.add(clock.now)
        clock.now += 1
        load.difficulty()
    assert load.difficulty().enough > 14
    clock.now += 3 * WINDOW
    assert (load.difficulty().asked, load.difficulty().enough) == (14, 14)


def test_forked_processes_count_together() -> None:
    counter = Counter()
    for _ in range(3):
        child = os.fork()
        if child == 0:
            for _ in range(20):
                counter.add(6000)
            os._exit(0)
        os.waitpid(child, 0)
    assert counter.rate(6000) == 60 / WINDOW
