package dev.muster.controller.model;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.JobKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What the store holds, in memory, indexed the ways the controller asks for it. Owned by the loop thread; nothing else
 * may touch it. Each update costs by what changes, not by how much there is.
 */
public final class ClusterModel {

    /** How a job finds its place in listings: newest first, then by uid. */
    public record ListKey(long submittedAtMillis, String uid) implements Comparable<ListKey> {
        /** Newest first. Written out: a restart compares millions of these. */
        @Override
        public int compareTo(ListKey other) {
            int byTime = Long.compare(other.submittedAtMillis, submittedAtMillis);
            return byTime != 0 ? byTime : uid.compareTo(other.uid);
        }

        static ListKey of(JobRecord job) {
            return new ListKey(job.submittedAt().toEpochMilli(), job.uid());
        }
    }

    private final Map<String, JobRecord> jobsByUid = new HashMap<>();
    private final Map<JobKey, String> uidByKey = new HashMap<>();
    private final NavigableMap<ListKey, String> listing = new TreeMap<>();
    private final NavigableMap<ListKey, JobRecord> waiting = new TreeMap<>();
    private final NavigableMap<ListKey, String> ended = new TreeMap<>();
    private final EnumMap<JobPhase, Integer> jobsByPhase = new EnumMap<>(JobPhase.class);
    private final Map<String, NavigableMap<Integer, PlacementRecord>> attempts = new HashMap<>();
    private final Map<String, Map<String, PlacementRecord>> activeByHost = new HashMap<>();
    private final Map<String, List<JobEvent>> events = new HashMap<>();
    private final Map<String, JobLedger> ledgers = new HashMap<>();
    private final NavigableMap<String, GoodputLedger> goodputByQueue = new TreeMap<>();
    private final NavigableMap<String, NodeRecord> nodes = new TreeMap<>();

    // ---- jobs

    public Optional<JobRecord> job(JobKey key) {
        return Optional.ofNullable(uidByKey.get(key)).flatMap(this::jobByUid);
    }

    public Optional<JobRecord> jobByUid(String uid) {
        return Optional.ofNullable(jobsByUid.get(uid));
    }

    /** Jobs after {@code after}, newest first. */
    public Iterable<String> listing(Optional<ListKey> after) {
        return after.map(key -> listing.tailMap(key, false)).orElse(listing).values();
    }

    /** Jobs that wait for hosts, held ones too. */
    public Collection<JobRecord> waiting() {
        return Collections.unmodifiableCollection(waiting.values());
    }

    public Collection<JobRecord> jobs() {
        return Collections.unmodifiableCollection(jobsByUid.values());
    }

    public int jobsIn(JobPhase phase) {
        return jobsByPhase.getOrDefault(phase, 0);
    }

    /** The job that ended and was submitted longest ago, when more than {@code kept} are kept. */
    public Optional<JobRecord> oldestEndedBeyond(int kept) {
        return ended.size() > kept ? jobByUid(ended.lastEntry().getValue()) : Optional.empty();
    }

    void put(JobRecord job) {
        JobRecord before = jobsByUid.put(job.uid(), job);
        if (before != null) {
            jobsByPhase.merge(before.phase(), -1, Integer::sum);
        }
        jobsByPhase.merge(job.phase(), 1, Integer::sum);
        ListKey place = ListKey.of(job);
        uidByKey.put(job.key(), job.uid());
        listing.put(place, job.uid());
        index(waiting, place, job, job.phase() == JobPhase.PENDING);
        index(ended, place, job.uid(), job.phase().isTerminal());
        if (!job.phase().holdsHosts()) {
            placementOf(job).ifPresent(this::deactivate);
        }
    }

    void removeJob(JobRecord job) {
        ListKey place = ListKey.of(job);
        jobsByUid.remove(job.uid());
        uidByKey.remove(job.key(), job.uid());
        listing.remove(place);
        waiting.remove(place);
        ended.remove(place);
        jobsByPhase.merge(job.phase(), -1, Integer::sum);
        attempts.remove(job.uid());
        events.remove(job.uid());
        ledgers.remove(job.uid());
    }

    private static <V> void index(NavigableMap<ListKey, V> index, ListKey place, V value, boolean belongs) {
        if (belongs) {
            index.put(place, value);
        } else {
            index.remove(place);
        }
    }

    // ---- attempts

    /** All that are kept, oldest first. */
    public List<PlacementRecord> attempts(String jobUid) {
        NavigableMap<Integer, PlacementRecord> kept = attempts.get(jobUid);
        return kept == null ? List.of() : List.copyOf(kept.values());
    }

    public Optional<PlacementRecord> attempt(String jobUid, int number) {
        return Optional.ofNullable(attempts.get(jobUid)).map(kept -> kept.get(number));
    }

    /** The latest attempt of a job, whether it holds hosts or has ended. */
    public Optional<PlacementRecord> placementOf(JobRecord job) {
        return attempt(job.uid(), job.status().attempt());
    }

    /** The attempts that hold this host now, spares included. */
    public List<PlacementRecord> activeOn(String host) {
        return List.copyOf(activeByHost.getOrDefault(host, Map.of()).values());
    }

    void put(PlacementRecord placement) {
        NavigableMap<Integer, PlacementRecord> kept =
                attempts.computeIfAbsent(placement.jobUid(), uid -> new TreeMap<>());
        PlacementRecord before = kept.put(placement.attempt(), placement);
        if (before != null) {
            deactivate(before);
        }
        if (placement.endedAt().isEmpty()) {
            activate(placement);
        }
    }

    void removeAttempt(String jobUid, int number) {
        NavigableMap<Integer, PlacementRecord> kept = attempts.get(jobUid);
        if (kept != null) {
            kept.remove(number);
        }
    }

    private void activate(PlacementRecord placement) {
        for (HostAssignment assignment : placement.everyHost()) {
            activeByHost
                    .computeIfAbsent(assignment.host(), host -> new TreeMap<>())
                    .put(placement.jobUid(), placement);
        }
    }

    private void deactivate(PlacementRecord placement) {
        for (HostAssignment assignment : placement.everyHost()) {
            Map<String, PlacementRecord> active = activeByHost.get(assignment.host());
            if (active != null) {
                active.computeIfPresent(
                        placement.jobUid(),
                        (uid, present) -> present.attempt() == placement.attempt() ? null : present);
                if (active.isEmpty()) {
                    activeByHost.remove(assignment.host());
                }
            }
        }
    }

    // ---- history and ledgers

    /** Oldest first, bounded. */
    public List<JobEvent> events(String jobUid) {
        return Collections.unmodifiableList(events.getOrDefault(jobUid, List.of()));
    }

    void add(JobEvent event) {
        events.computeIfAbsent(event.jobUid(), uid -> new ArrayList<>()).add(event);
    }

    void removeOldestEvent(String jobUid) {
        events.getOrDefault(jobUid, new ArrayList<>()).remove(0);
    }

    public Optional<JobLedger> ledger(String jobUid) {
        return Optional.ofNullable(ledgers.get(jobUid));
    }

    void put(String jobUid, JobLedger ledger) {
        ledgers.put(jobUid, ledger);
    }

    /** The ledgers of the jobs that have not ended, with their jobs. */
    public void eachOpenLedger(BiConsumer<JobRecord, JobLedger> visitor) {
        for (Map.Entry<String, JobLedger> entry : ledgers.entrySet()) {
            JobRecord job = jobsByUid.get(entry.getKey());
            if (job != null && !job.phase().isTerminal()) {
                visitor.accept(job, entry.getValue());
            }
        }
    }

    /** By queue, those that ever had a job. */
    public Map<String, GoodputLedger> goodputByQueue() {
        return Collections.unmodifiableMap(goodputByQueue);
    }

    void put(String queue, GoodputLedger ledger) {
        goodputByQueue.put(queue, ledger);
    }

    // ---- hosts

    public Optional<NodeRecord> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** By name, those after {@code after}. */
    public Collection<NodeRecord> nodesAfter(String after) {
        return Collections.unmodifiableCollection(nodes.tailMap(after, false).values());
    }

    public int nodeCount() {
        return nodes.size();
    }

    void put(NodeRecord node) {
        nodes.put(node.name(), node);
    }

    void removeNode(String name) {
        nodes.remove(name);
    }
}
