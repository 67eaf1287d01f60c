package dev.muster.scheduler.simulation;

import java.util.Arrays;

/**
 * Percentiles of numbers by nearest rank: the smallest number that is not exceeded by that part of them. Numbers come in any order.
 */
public final class Percentiles {

    private long[] numbers = new long[1_024];
    private int count;
    private boolean sorted = true;

    /** Adds a number. */
    public void add(long number) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = number;
        sorted = false;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /**
     * The number at a part of them; 0 when there is none.
     *
     * @param percent from 1 to 100
     */
    public long at(int percent) {
        if (count == 0) {
            return 0;
        }
        if (!sorted) {
            Arrays.sort(numbers, 0, count);
            sorted = true;
        }
        long rank = ((long) count * percent + 99) / 100;
        return numbers[(int) Math.max(0, rank - 1)];
    }

    /** The largest; 0 when there is none. */
    public long max() {
        return at(100);
    }
}
