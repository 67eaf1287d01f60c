package dev.muster.scheduler.cluster;

import java.util.ArrayDeque;
import java.util.Deque;

/** Gives out small numbers, those that came back first. */
final class Numbers {

    private final Deque<Integer> returned = new ArrayDeque<>();
    private int bound;

    int next() {
        return returned.isEmpty() ? bound++ : returned.pop();
    }

    void free(int number) {
        returned.push(number);
    }

    /** One more than the largest number given out so far. */
    int bound() {
        return bound;
    }
}
