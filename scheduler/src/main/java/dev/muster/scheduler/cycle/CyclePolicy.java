package dev.muster.scheduler.cycle;

import dev.muster.scheduler.cluster.PolicySpec;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * How a cluster shares its hosts. {@link #DEFAULT} is what is promised to users.
 *
 * @param order who is considered first
 * @param backfill whether others may run around a job that is planned for later
 * @param preemption whether jobs may be stopped for others
 * @param consolidation whether movable jobs may be moved for others
 * @param priorityAcrossQueues whether a strictly higher priority may preempt in any other queue
 * @param restartCost what a stop costs a gang beyond its unsaved work, in time of each of its accelerators
 * @param elasticity whether running elastic gangs may give up pods for others, and get them back
 * @param plansPerQueue planned starts kept at a time for one queue
 * @param plans planned starts kept at a time in all
 */
public record CyclePolicy(
        Order order,
        boolean backfill,
        boolean preemption,
        boolean consolidation,
        boolean priorityAcrossQueues,
        Duration restartCost,
        boolean elasticity,
        int plansPerQueue,
        int plans) {

    /** A week: walltimes count up to it for the place in a queue, and jobs without one count as that long. */
    public static final Duration LONGEST_OVERTAKING = Duration.ofDays(7);

    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

    /** Who is considered first, and what a job that does not fit means for those behind it. */
    public enum Order {
        /** Guaranteed share, priority, fair share, {@link #place}; a job that does not fit stops nobody. */
        MUSTER,
        /** Strictly by age: the first that does not fit stops all behind it. */
        FIFO,
        /** Strictly by walltime, the shortest first; the first that does not fit stops all behind it. */
        SJF,
        /** All jobs, running ones too, packed anew by remaining time in each cycle; one that does not fit is skipped. */
        SRTF,
        /** As SRTF, by remaining time x accelerators. */
        SRSF;

        /** Whether the first job that does not fit stops all behind it. */
        public boolean isStrict() {
            return this == FIFO || this == SJF;
        }

        /** Which of two waiting jobs comes first, as far as that depends on nothing but the jobs. */
        public Comparator<WaitingJob> comparator() {
            Comparator<WaitingJob> byAge =
                    Comparator.comparing(WaitingJob::submittedAt).thenComparing(WaitingJob::key);
            return switch (this) {
                case MUSTER -> Comparator.comparing(Order::place).thenComparing(byAge);
                case FIFO -> byAge;
                case SJF, SRTF -> Comparator.comparing(Order::length).thenComparing(byAge);
                case SRSF -> Comparator.comparing(Order::service).thenComparing(byAge);
            };
        }

        /**
         * Where a job stands among equals: at the moment at which it would have ended, had it started when it was submitted. So a
         * shorter job overtakes a longer one only if it is shorter by more than it came later, and nobody is overtaken by a job that
         * came {@link #LONGEST_OVERTAKING} later.
         */
        public static Instant place(WaitingJob job) {
            Duration length = length(job).compareTo(LONGEST_OVERTAKING) < 0 ? length(job) : LONGEST_OVERTAKING;
            return job.submittedAt().plus(length);
        }

        private static Duration length(WaitingJob job) {
            return job.walltime().orElse(ENDLESS);
        }

        private static Duration service(WaitingJob job) {
            return job.walltime()
                    .map(length -> length.multipliedBy(job.request().pods()))
                    .orElse(ENDLESS);
        }

        /** Whether running jobs give way to every job that comes before them. */
        public boolean repacks() {
            return this == SRTF || this == SRSF;
        }
    }

    public static final CyclePolicy DEFAULT =
            new CyclePolicy(Order.MUSTER, true, true, false, false, Duration.ofMinutes(5), true, 1, 8);

    /** What a cluster file asks for, with the usual order and bounds. */
    public static CyclePolicy of(PolicySpec spec) {
        return new CyclePolicy(
                Order.MUSTER,
                spec.backfill(),
                spec.preemption(),
                spec.consolidation(),
                spec.priorityAcrossQueues(),
                spec.restartCost(),
                DEFAULT.elasticity(),
                DEFAULT.plansPerQueue(),
                DEFAULT.plans());
    }

    /** The same where nobody gives way for others. */
    public CyclePolicy withoutPreemption() {
        return new CyclePolicy(
                order,
                backfill,
                false,
                consolidation,
                priorityAcrossQueues,
                restartCost,
                elasticity,
                plansPerQueue,
                plans);
    }

    /** The same where running gangs are started and stopped, but neither moved nor changed in size. */
    public CyclePolicy withoutChangesOfRunningGangs() {
        return new CyclePolicy(
                order, backfill, preemption, false, priorityAcrossQueues, restartCost, false, plansPerQueue, plans);
    }
}
