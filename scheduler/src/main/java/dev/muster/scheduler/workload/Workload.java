package dev.muster.scheduler.workload;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All jobs that wait and all gangs that run. Changed in place, by one thread; each change costs the logarithm of the number of
 * jobs, and for a gang the number of its pods.
 */
public final class Workload {

    /** Those that end first; those that never end come last, and are in no set of ends. */
    private static final Comparator<RunningJob> BY_END = Comparator.comparing(
                    (RunningJob run) -> run.endsAt().orElse(Instant.MAX))
            .thenComparing(RunningJob::key);

    private final Comparator<WaitingJob> order;
    private final SortedMap<JobKey, WaitingJob> waiting = new TreeMap<>();
    private final Map<String, Map<Cohort.Shape, Cohort>> backlogs = new TreeMap<>();
    private final SortedMap<JobKey, RunningJob> running = new TreeMap<>();
    private final NavigableSet<RunningJob> byEnd = new TreeSet<>(BY_END);
    private final SortedMap<JobKey, RunningJob> shrunk = new TreeMap<>();
    private final Map<String, NavigableSet<JobKey>> byHost = new LinkedHashMap<>();
    /** By queue and priority: what the gangs that run hold. */
    private final Map<String, NavigableMap<Integer, ResourceVector>> held = new TreeMap<>();

    /** Jobs that ask for the same come up in some order, consistent with their names. */
    public Workload(Comparator<WaitingJob> order) {
        this.order = order;
    }

    /**
     * Adds a job that waits.
     *
     * @throws IllegalArgumentException when a job of that name waits or runs
     */
    public void submit(WaitingJob job) {
        if (running.containsKey(job.key()) || waiting.putIfAbsent(job.key(), job) != null) {
            throw new IllegalArgumentException("job " + job.key() + " is there already; names must differ");
        }
        Cohort.Shape shape = Cohort.Shape.of(job);
        backlogs.computeIfAbsent(job.queue(), queue -> new LinkedHashMap<>())
                .computeIfAbsent(shape, wanted -> new Cohort(wanted, order))
                .add(job);
    }

    /** Takes a job out that waits; answers it, or nothing when none of that name waits. */
    public Optional<WaitingJob> withdraw(JobKey key) {
        WaitingJob job = waiting.remove(key);
        if (job == null) {
            return Optional.empty();
        }
        Map<Cohort.Shape, Cohort> backlog = backlogs.getOrDefault(job.queue(), Collections.emptyMap());
        Cohort cohort = backlog.get(Cohort.Shape.of(job));
        if (cohort != null) {
            cohort.remove(job);
            if (cohort.jobs().isEmpty()) {
                backlog.remove(Cohort.Shape.of(job));
            }
        }
        if (backlog.isEmpty()) {
            backlogs.remove(job.queue());
        }
        return Optional.of(job);
    }

    /**
     * Notes that a gang runs now. Whoever calls it has taken its room into use and charged its queue.
     *
     * @throws IllegalArgumentException when a job of that name waits or runs
     */
    public void begin(RunningJob run) {
        if (waiting.containsKey(run.key()) || running.containsKey(run.key())) {
            throw new IllegalArgumentException("job " + run.key() + " is there already; names must differ");
        }
        put(run);
    }

    /** Takes a gang out that runs; answers it, or nothing when none of that name runs. */
    public Optional<RunningJob> end(JobKey key) {
        RunningJob run = running.remove(key);
        if (run == null) {
            return Optional.empty();
        }
        forget(run);
        NavigableMap<Integer, ResourceVector> ofQueue = held.getOrDefault(run.queue(), Collections.emptyNavigableMap());
        ofQueue.computeIfPresent(run.priority(), (priority, amounts) -> {
            ResourceVector left = amounts.minus(run.total());
            return left.isZero() ? null : left;
        });
        for (PlacedPod pod : run.held()) {
            NavigableSet<JobKey> there = byHost.get(pod.host());
            if (there != null && there.remove(key) && there.isEmpty()) {
                byHost.remove(pod.host());
            }
        }
        return Optional.of(run);
    }

    private void forget(RunningJob run) {
        byEnd.remove(run);
        shrunk.remove(run.key());
    }

    /** Replaces what is known of a gang that runs: it was repaired, moved, has grown, shrunk or saved. */
    public void replace(RunningJob run) {
        if (end(run.key()).isEmpty()) {
            throw new IllegalArgumentException("job " + run.key() + " does not run; begin it first");
        }
        put(run);
    }

    /**
     * Replaces what is known of a gang that keeps all its pods and spares: it has saved, or runs only now. Costs nothing for its size.
     *
     * @throws IllegalArgumentException when it does not run with these pods and spares
     */
    public void update(RunningJob run) {
        RunningJob before = running.get(run.key());
        if (before == null
                || !before.pods().equals(run.pods())
                || !before.spares().equals(run.spares())) {
            throw new IllegalArgumentException("job " + run.key() + " does not run on these hosts; replace it");
        }
        forget(before);
        note(run);
    }

    private void put(RunningJob run) {
        note(run);
        held.computeIfAbsent(run.queue(), queue -> new TreeMap<>())
                .merge(run.priority(), run.total(), ResourceVector::plus);
        for (PlacedPod pod : run.held()) {
            byHost.computeIfAbsent(pod.host(), host -> new TreeSet<>()).add(run.key());
        }
    }

    private void note(RunningJob run) {
        running.put(run.key(), run);
        if (run.endsAt().isPresent()) {
            byEnd.add(run);
        }
        if (run.isShrunk()) {
            shrunk.put(run.key(), run);
        }
    }

    public Optional<WaitingJob> waiting(JobKey key) {
        return Optional.ofNullable(waiting.get(key));
    }

    public Optional<RunningJob> running(JobKey key) {
        return Optional.ofNullable(running.get(key));
    }

    /** All that wait, by name. */
    public Collection<WaitingJob> waiting() {
        return Collections.unmodifiableCollection(waiting.values());
    }

    /** All that run, by name. */
    public Collection<RunningJob> running() {
        return Collections.unmodifiableCollection(running.values());
    }

    /** The queues that have waiting jobs, by name. */
    public Collection<String> backlogs() {
        return Collections.unmodifiableCollection(backlogs.keySet());
    }

    /** The waiting jobs of a queue, those together that ask for the same. */
    public Collection<Cohort> cohorts(String queue) {
        return Collections.unmodifiableCollection(
                backlogs.getOrDefault(queue, Collections.emptyMap()).values());
    }

    /** Gangs whose end is known, the next to end first. */
    public Collection<RunningJob> byEnd() {
        return Collections.unmodifiableCollection(byEnd);
    }

    /** Elastic gangs that run with fewer pods than they would like, by name. */
    public Collection<RunningJob> shrunk() {
        return Collections.unmodifiableCollection(shrunk.values());
    }

    /** What the gangs of a queue hold that are less important than a priority. */
    public ResourceVector heldBelow(String queue, int priority) {
        ResourceVector sum = ResourceVector.ZERO;
        for (ResourceVector amounts : held.getOrDefault(queue, Collections.emptyNavigableMap())
                .headMap(priority, false)
                .values()) {
            sum = sum.plus(amounts);
        }
        return sum;
    }

    /** Gangs with a pod or spare on a host, by name. */
    public Collection<RunningJob> runningOn(String host) {
        Collection<JobKey> keys = byHost.getOrDefault(host, Collections.emptyNavigableSet());
        List<RunningJob> runs = new ArrayList<>(keys.size());
        for (JobKey key : keys) {
            RunningJob run = running.get(key);
            if (run != null) {
                runs.add(run);
            }
        }
        return runs;
    }
}
