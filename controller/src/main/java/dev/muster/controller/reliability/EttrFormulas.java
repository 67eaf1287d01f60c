package dev.muster.controller.reliability;

import java.time.Duration;

/**
 * The effective training time ratio on paper, for failures that come independently at a constant rate L.
 *
 * <p>With u the restart, T the checkpoint interval, w the blocking write and q the wait in the queue:
 *
 * <ul>
 *   <li>Approximation: {@code (1 - L (u + T/2)) / (1 + w/T)}. It loses half an interval with each failure, and knows no
 *       failure during a restart. Source: Kokolis et al., Revisiting Reliability in Large-Scale Machine Learning Research
 *       Clusters, HPCA 2025.
 *   <li>Exact: {@code L T exp(-L u) / (exp(L (T + w)) - 1)}: the interval over the mean time that it takes to get one
 *       through, {@code exp(L u) (exp(L (T + w)) - 1) / L}. Source: J. Daly, A higher order estimate of the optimum
 *       checkpoint interval for restart dumps, 2006.
 *   <li>Both times {@code 1 / (1 + Lq q)}, where Lq is the rate of failures that must wait for a host: broken hosts that
 *       find no spare. With s spares, each replaced after q, none is left with the probability of Erlang's loss formula
 *       {@code B(s, Lh q)}; without spares that is 1.
 * </ul>
 *
 * <p>Example: 2,000 hosts that break 6.5 times in 1,000 host-days, u = 5 min, T = 1 h: 0.684 and 0.720.
 */
public final class EttrFormulas {

    private final double failures;
    private final double waits;
    private final double restart;
    private final double interval;
    private final double write;
    private final double queue;

    public EttrFormulas(ReliabilitySettings settings) {
        this.failures = settings.failuresPerSecond();
        this.restart = ReliabilitySettings.seconds(settings.restart());
        this.interval = ReliabilitySettings.seconds(settings.checkpointInterval());
        this.write = ReliabilitySettings.seconds(settings.checkpointWrite());
        this.queue = ReliabilitySettings.seconds(settings.queue());
        double broken = settings.hostFailuresPerSecond();
        this.waits = broken * loss(settings.spares(), broken * queue);
    }

    /** Never below 0, although the formula is. */
    public double approximation() {
        return Math.max(0, (1 - failures * (restart + interval / 2)) / (1 + write / interval)) * inQueue();
    }

    public double exact() {
        if (failures == 0) {
            return interval / (interval + write);
        }
        double growth = Math.expm1(failures * (interval + write));
        return failures * interval * Math.exp(-failures * restart) / growth * inQueue();
    }

    /** The checkpoint interval that loses least, by Young's rule; zero when saves cost nothing. */
    public Duration bestInterval() {
        return failures == 0
                ? Duration.ofMillis(Math.round(interval * 1000))
                : Duration.ofMillis(Math.round(Math.sqrt(2 * write / failures) * 1000));
    }

    /** Mean time to failure of the gang; infinite when nothing ever fails. */
    public double mttfHours() {
        return 1 / failures / 3600;
    }

    private double inQueue() {
        return 1 / (1 + waits * queue);
    }

    /** Erlang's loss formula by its recursion, which neither overflows nor loses digits. */
    private static double loss(int servers, double load) {
        double blocked = 1;
        for (int n = 1; n <= servers; n++) {
            blocked = load * blocked / (n + load * blocked);
        }
        return blocked;
    }
}
