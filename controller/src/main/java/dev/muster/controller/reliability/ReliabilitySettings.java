package dev.muster.controller.reliability;

import java.time.Duration;
import java.util.Locale;

/**
 * What breaks how often, and what each break costs.
 *
 * @param hosts of the gang
 * @param acceleratorsPerHost weighs the buckets; ratios do not depend on it
 * @param failuresPer1000HostDays how often a host breaks; spares break as often
 * @param jobFailuresPerDay how often the program itself fails, on whatever number of hosts
 * @param restart from a failure until the gang trains again, without time in the queue
 * @param load the part of {@code restart} that loads the checkpoint
 * @param checkpointInterval training between two saves
 * @param checkpointWrite how long a save blocks the training
 * @param queue how long the queue takes to find a host in place of a broken one
 * @param spares hosts held beside the gang
 * @param span virtual time
 */
public record ReliabilitySettings(
        int hosts,
        int acceleratorsPerHost,
        double failuresPer1000HostDays,
        double jobFailuresPerDay,
        Duration restart,
        Duration load,
        Duration checkpointInterval,
        Duration checkpointWrite,
        Duration queue,
        int spares,
        Duration span) {

    /** The largest fleet the scheduler is made for. */
    public static final int MAX_HOSTS = 131_072;

    /** Some minutes of work for the largest fleet. */
    public static final int MAX_FAILURES = 5_000_000;

    private static final double SECONDS_PER_DAY = 86_400;

    /** @throws IllegalArgumentException in one line: what, which value, what to do next */
    public ReliabilitySettings {
        within("hosts", hosts, 1, MAX_HOSTS);
        within("acceleratorsPerHost", acceleratorsPerHost, 1, 1024);
        within("spares", spares, 0, MAX_HOSTS);
        rate("failuresPer1000HostDays", failuresPer1000HostDays);
        rate("jobFailuresPerDay", jobFailuresPerDay);
        atLeast("restart", restart, Duration.ZERO);
        atLeast("load", load, Duration.ZERO);
        atLeast("checkpointInterval", checkpointInterval, Duration.ofMillis(1));
        atLeast("checkpointWrite", checkpointWrite, Duration.ZERO);
        atLeast("queue", queue, Duration.ZERO);
        atLeast("span", span, Duration.ofMillis(1));
        if (load.compareTo(restart) > 0) {
            throw new IllegalArgumentException("load is " + seconds(load) + " s, longer than the whole restart of "
                    + seconds(restart) + " s; it is a part of it");
        }
        double perDay = (hosts + spares) * failuresPer1000HostDays / 1000 + jobFailuresPerDay;
        double expected = perDay * seconds(span) / SECONDS_PER_DAY;
        if (expected > MAX_FAILURES) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%.0f failures are to be expected, and a run has %d at most; simulate %.1f days",
                    expected,
                    MAX_FAILURES,
                    MAX_FAILURES / perDay));
        }
    }

    private static void within(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be from " + least + " to " + most);
        }
    }

    private static void rate(String what, double value) {
        if (!(value >= 0 && value <= 1e6)) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be from 0 to 1000000");
        }
    }

    private static void atLeast(String what, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    what + " is " + seconds(value) + " s; it must be " + seconds(least) + " s or more");
        }
    }

    /** How often hosts of the gang break, a second. */
    double hostFailuresPerSecond() {
        return hosts * perHostSecond();
    }

    double perHostSecond() {
        return failuresPer1000HostDays / 1000 / SECONDS_PER_DAY;
    }

    double jobFailuresPerSecond() {
        return jobFailuresPerDay / SECONDS_PER_DAY;
    }

    /** How often the gang is stopped, a second. */
    double failuresPerSecond() {
        return hostFailuresPerSecond() + jobFailuresPerSecond();
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
