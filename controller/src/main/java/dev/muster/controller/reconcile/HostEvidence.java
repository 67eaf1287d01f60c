package dev.muster.controller.reconcile;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.JobEvent.Severity;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.Transition.Announcement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What speaks for a host being the cause of a failure: a fault of its hardware reported from 10 min before the failure to
 * 5 min after it. Faults are told by the agent's clock before, and by their arrival after.
 *
 * <p>The failures of the last minutes are indexed by host, so that a health event costs nothing where nobody failed. The
 * index is in memory; the records give it again.
 */
final class HostEvidence {

    private static final Duration BEFORE = Duration.ofMinutes(10);
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final String FOUND_TOO_LATE = "HostSuspected";

    private final ClusterModel model;
    private final Map<String, Map<String, Instant>> failures = new HashMap<>();
    private Instant nextSweep = Instant.MIN;

    HostEvidence(ClusterModel model) {
        this.model = model;
    }

    /** Whether an event of this kind means that the hardware is to blame; programs cause the lesser ones themselves. */
    static boolean blames(HealthEvent event) {
        return switch (event.severity()) {
            case INFO, JOB -> false;
            case SUBHEALTHY, FATAL -> true;
        };
    }

    /** The newest fault of the host that a failure at this moment may come from. */
    Optional<HealthEvent> before(String host, Instant failedAt) {
        Instant from = failedAt.minus(BEFORE);
        Instant to = failedAt.plus(CLOCK_TOLERANCE);
        return model.node(host).stream()
                .flatMap(node -> node.health().events().stream()
                        .filter(event -> node.health()
                                .releasedAt()
                                .map(released -> event.at().isAfter(released))
                                .orElse(true)))
                .filter(HostEvidence::blames)
                .filter(event -> !event.at().isBefore(from) && !event.at().isAfter(to))
                .reduce((earlier, later) -> later);
    }

    /** Keeps in mind where the job failed last. */
    void note(JobRecord job, Instant now) {
        sweep(now);
        job.status().restarts().last().filter(last -> isRecent(last.at(), now)).ifPresent(last -> {
            for (String host : last.hosts()) {
                failures.computeIfAbsent(host, name -> new HashMap<>()).put(job.uid(), last.at());
            }
        });
    }

    /** Jobs whose last failure began on this host a little while ago. */
    Set<String> jobsThatFailedOn(String host, Instant now) {
        Set<String> jobs = new HashSet<>();
        failures.getOrDefault(host, Map.of()).forEach((job, at) -> {
            if (isRecent(at, now)) {
                jobs.add(job);
            }
        });
        return jobs;
    }

    /** What to tell of a job that had failed for good before the fault of its host was found; told once a host. */
    Optional<Announcement> foundTooLate(JobRecord job, String host, String fault) {
        String words = "host " + host
                + " is to blame for the last failure, found too late: the job stays FAILED, submit it again";
        boolean told = model.events(job.uid()).stream()
                .anyMatch(event ->
                        event.type().equals(FOUND_TOO_LATE) && event.message().startsWith(words));
        return job.phase() != JobPhase.FAILED || told
                ? Optional.empty()
                : Optional.of(new Announcement(FOUND_TOO_LATE, Severity.WARNING, words + ": " + fault));
    }

    private void sweep(Instant now) {
        if (now.isBefore(nextSweep)) {
            return;
        }
        nextSweep = now.plus(JobLifecycle.BLAME_WINDOW);
        failures.values().forEach(jobs -> jobs.values().removeIf(at -> !isRecent(at, now)));
        failures.values().removeIf(Map::isEmpty);
    }

    private static boolean isRecent(Instant at, Instant now) {
        return !at.plus(JobLifecycle.BLAME_WINDOW).isBefore(now);
    }
}
