package dev.muster.controller.reliability;

import dev.muster.controller.state.PlacementRecord.HostAssignment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.random.RandomGenerator;

/**
 * One gang against random failures, from seed to ledger.
 *
 * <p>Goals: the ratio that the real life cycle and the real ledger come to, for fleets of any size, in seconds.
 *
 * <p>Constraints: virtual time, no clock; the same seed gives the same outcome. Nothing is done per host and step.
 *
 * <p>Algorithm. Failures that come at constant rates have no memory. So one draw says when the next one hits anything of
 * the gang, another what it hits: a host, a spare, or the program. Between failures nothing needs to be simulated: how
 * many steps and saves fit is arithmetic, and the ledger divides time by steps, however rarely it hears of them. A step is
 * one millisecond of training here. A failure stops the gang, which takes {@code restart} until it trains again; another
 * one meanwhile begins that anew. A broken host is replaced by a spare. When none is left the job waits in its queue until
 * one of the hosts asked for has come; each comes {@code queue} after it was asked for.
 *
 * <p>Complexity: a few events for each failure, and a copy of the gang's list of hosts.
 */
public final class ReliabilitySimulation {

    /** A host is lost this long after its connection broke, and its peers are killed this long after they were told. */
    private static final long DETECTION_AND_GRACE_MILLIS = 2_000;

    private static final long NEVER = Long.MAX_VALUE;

    private static final Failure NOTHING = new Failure(NEVER, Part.HOST, 0);

    private final ReliabilitySettings settings;
    private final RandomGenerator random;
    private final DoubleConsumer progress;
    private final PaperJob job;
    private final long end;
    private final long detectionMillis;
    private final long stopMillis;
    private final long startMillis;
    private final long loadMillis;
    private final Deque<Long> replacements = new ArrayDeque<>();
    private long now;
    private int failures;
    private int attempts;
    private int names;

    private ReliabilitySimulation(ReliabilitySettings settings, RandomGenerator random, DoubleConsumer progress) {
        this.settings = settings;
        this.random = random;
        this.progress = progress;
        this.job = new PaperJob(settings);
        this.end = settings.span().toMillis();
        this.loadMillis = settings.load().toMillis();
        long beforeLoad = settings.restart().toMillis() - loadMillis;
        this.detectionMillis = Math.min(DETECTION_AND_GRACE_MILLIS, beforeLoad / 4);
        this.stopMillis = detectionMillis;
        this.startMillis = beforeLoad - detectionMillis - stopMillis;
    }

    /**
     * Runs to the end.
     *
     * @param progress hears which part of the virtual time has passed, 0 to 1
     */
    public static ReliabilityOutcome run(
            ReliabilitySettings settings, RandomGenerator random, DoubleConsumer progress) {
        return new ReliabilitySimulation(settings, random, progress).run();
    }

    private ReliabilityOutcome run() {
        job.placed(firstHosts(), newSpares(settings.spares()), now);
        while (attempt()) {
            progress.accept((double) now / end);
        }
        progress.accept(1);
        return new ReliabilityOutcome(settings, job.report(end), failures, attempts, new EttrFormulas(settings));
    }

    /** From a placement to the next one; false when time is up. */
    private boolean attempt() {
        attempts++;
        PaperAttempt attempt = new PaperAttempt(job, settings, now + startMillis, now + startMillis + loadMillis);
        Failure failure = nextFailure(now);
        while (failure.atMillis() <= end && failure.of() == Part.SPARE) {
            attempt.advance(failure.atMillis());
            job.spareLost(job.spares().get(0).host(), failure.atMillis());
            replacements.add(failure.atMillis() + settings.queue().toMillis());
            failure = nextFailure(failure.atMillis());
        }
        attempt.advance(Math.min(end, failure.atMillis()));
        return failure.atMillis() <= end && recover(failure);
    }

    /**
     * Stops the gang, finds hosts for those that broke, and places the next attempt; false when time is up. A host that
     * breaks while the gang is being stopped begins the stop anew.
     */
    private boolean recover(Failure first) {
        Map<Integer, String> broken = new HashMap<>();
        Failure failure = first;
        long stoppedAt = first.atMillis();
        do {
            long detectedAt = failure.atMillis() + detectionMillis;
            if (detectedAt > end) {
                return false;
            }
            detected(failure, detectedAt, broken);
            stoppedAt = detectedAt + stopMillis;
            failure = nextHost(failure.atMillis(), Math.min(end, stoppedAt - 1));
        } while (failure.atMillis() < stoppedAt);
        return stoppedAt <= end && placeAgain(broken, stoppedAt);
    }

    private void detected(Failure failure, long at, Map<Integer, String> broken) {
        String host = job.hosts().get(failure.nodeRank()).host();
        if (failure.of() == Part.PROGRAM) {
            job.programFailed(host, at);
        } else {
            job.hostLost(host, at);
            broken.computeIfAbsent(failure.nodeRank(), rank -> nextName());
        }
    }

    private boolean placeAgain(Map<Integer, String> broken, long stoppedAt) {
        int spares = job.spares().size() - broken.size();
        List<HostAssignment> hosts = PaperJob.replaced(job.hosts(), broken);
        job.stopped(stoppedAt);
        broken.forEach(
                (rank, name) -> replacements.add(stoppedAt + settings.queue().toMillis()));
        now = stoppedAt;
        while (!replacements.isEmpty() && (replacements.element() <= now || spares < 0)) {
            now = Math.max(now, replacements.remove());
            spares++;
        }
        if (now > end) {
            return false;
        }
        job.placed(hosts, newSpares(spares), now);
        return true;
    }

    private enum Part {
        HOST,
        SPARE,
        PROGRAM
    }

    /**
     * @param atMillis {@link #NEVER} when nothing fails in time
     * @param nodeRank where, unless a spare failed
     */
    private record Failure(long atMillis, Part of, int nodeRank) {}

    /** The next failure of anything. */
    private Failure nextFailure(long after) {
        double ofSpares = job.spares().size() * settings.perHostSecond();
        double all = settings.failuresPerSecond() + ofSpares;
        long at = drawn(after, all, end);
        if (at == NEVER) {
            return NOTHING;
        }
        failures++;
        double which = random.nextDouble() * all;
        if (which < ofSpares) {
            return new Failure(at, Part.SPARE, 0);
        }
        Part part = which < ofSpares + settings.jobFailuresPerSecond() ? Part.PROGRAM : Part.HOST;
        return new Failure(at, part, random.nextInt(settings.hosts()));
    }

    /** The next host of the gang that breaks; the program does not run meanwhile. */
    private Failure nextHost(long after, long until) {
        long at = drawn(after, settings.hostFailuresPerSecond(), until);
        if (at == NEVER) {
            return NOTHING;
        }
        failures++;
        return new Failure(at, Part.HOST, random.nextInt(settings.hosts()));
    }

    private long drawn(long after, double perSecond, long until) {
        double at = after + -Math.log1p(-random.nextDouble()) / perSecond * 1000;
        return at <= until ? Math.round(at) : NEVER;
    }

    private List<HostAssignment> firstHosts() {
        List<HostAssignment> hosts = new ArrayList<>(settings.hosts());
        int ranks = settings.acceleratorsPerHost();
        for (int rank = 0; rank < settings.hosts(); rank++) {
            hosts.add(new HostAssignment(nextName(), List.of(), rank, rank * ranks, ranks));
        }
        return List.copyOf(hosts);
    }

    private List<HostAssignment> newSpares(int count) {
        List<HostAssignment> spares = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            spares.add(new HostAssignment(nextName(), List.of(), HostAssignment.SPARE, 0, 0));
        }
        return List.copyOf(spares);
    }

    private String nextName() {
        return "h" + names++;
    }
}
