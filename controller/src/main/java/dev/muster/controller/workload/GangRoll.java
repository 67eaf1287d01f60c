package dev.muster.controller.workload;

import dev.muster.controller.state.Blame;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.LifecycleEvent.GangRunning;
import dev.muster.controller.state.LifecycleEvent.GangStopped;
import dev.muster.controller.state.LifecycleEvent.GangSucceeded;
import dev.muster.controller.state.LifecycleEvent.HostLost;
import dev.muster.controller.state.LifecycleEvent.RankFailed;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Calls the roll of one attempt: turns what single hosts report into what happened to the gang.
 *
 * <p><b>Goals.</b> Say as soon as it is certain, and never before, that the gang runs, has succeeded, has failed, or
 * makes no progress any more anywhere.
 *
 * <p><b>Constraints.</b> A report costs O(ranks of one host), whatever the size of the gang, so that 16,384 hosts
 * reporting once each cost 16,384 steps. Reports may come twice, late, or never.
 *
 * <p><b>Stopped</b> means that each host either confirmed that no process is left, or is proven dead, or is lost while
 * at least one other host confirmed a stop: a gang trains together, so ranks cut off from a stopped peer cannot make
 * progress. A host whose ranks all ended well proves nothing about its peers.
 *
 * <p>Not persisted: after a controller restart every part is {@link Part#AWAITED} until its host reports again.
 */
public final class GangRoll {

    /** What is known of one host's part. */
    public enum Part {
        /** Nothing heard yet. */
        AWAITED,
        STARTING,
        RUNNING,
        /** Ended, every rank with exit code 0. */
        SUCCEEDED,
        /** Ended otherwise: no process is left. */
        ENDED,
        /** The host does not answer; its ranks may still run. */
        LOST,
        /** The host does not answer, or came back in a new life, and its ranks are proven dead. */
        DEAD
    }

    private final PlacementRecord placement;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Part[] parts;
    private final EnumMap<Part, Integer> counts = new EnumMap<>(Part.class);
    private final List<List<RankStatus>> ranks;
    private boolean stopping;
    /** Hosts that said that they have begun to stop. */
    private final BitSet stoppingOn = new BitSet();
    /** Hosts whose first failure was told. */
    private final BitSet failed = new BitSet();

    public GangRoll(PlacementRecord placement) {
        this.placement = placement;
        this.parts = new Part[placement.hosts().size()];
        this.ranks = new ArrayList<>(parts.length);
        Arrays.fill(parts, Part.AWAITED);
        counts.put(Part.AWAITED, parts.length);
        for (HostAssignment assignment : placement.hosts()) {
            indexes.put(assignment.host(), indexes.size());
            ranks.add(List.of());
        }
    }

    public int epoch() {
        return placement.attempt();
    }

    public boolean holds(String host) {
        return indexes.containsKey(host);
    }

    public Part part(String host) {
        return parts[indexOf(host)];
    }

    /** The latest ranks of a host; empty before its first report. */
    public List<RankStatus> ranks(String host) {
        return ranks.get(indexOf(host));
    }

    /** From now on ends are expected, and the question is when the last one is certain. */
    public List<LifecycleEvent> stopping() {
        stopping = true;
        return conclude();
    }

    public boolean isStopping() {
        return stopping;
    }

    /**
     * Whether the host has said that it is stopping the ranks. What it says of progress after that happened after it sent
     * the checkpoint signal.
     */
    public boolean isStoppingOn(String host) {
        return stoppingOn.get(indexOf(host));
    }

    /** A host's report on its part. */
    public List<LifecycleEvent> report(HostReport report) {
        int index = indexOf(report.host());
        if (parts[index] == Part.SUCCEEDED || parts[index] == Part.ENDED || parts[index] == Part.DEAD) {
            return List.of();
        }
        ranks.set(index, report.ranks());
        if (report.phase() == RunPhase.STOPPING) {
            stoppingOn.set(index);
        }
        move(index, partOf(report));
        List<LifecycleEvent> events = new ArrayList<>();
        failure(report).ifPresent(events::add);
        events.addAll(conclude());
        return events;
    }

    /** A host does not answer any more. */
    public List<LifecycleEvent> lost(String host, String why) {
        int index = indexOf(host);
        if (parts[index] == Part.SUCCEEDED || parts[index] == Part.ENDED || isGone(parts[index])) {
            return List.of();
        }
        move(index, Part.LOST);
        List<LifecycleEvent> events = new ArrayList<>();
        events.add(new HostLost(epoch(), host, why));
        events.addAll(conclude());
        return events;
    }

    /** It is proven that no rank of the attempt runs on this host. */
    public List<LifecycleEvent> dead(String host, String proof) {
        int index = indexOf(host);
        Part before = parts[index];
        if (before == Part.SUCCEEDED || before == Part.ENDED || before == Part.DEAD) {
            return List.of();
        }
        move(index, Part.DEAD);
        List<LifecycleEvent> events = new ArrayList<>();
        if (before != Part.LOST) {
            events.add(new HostLost(epoch(), host, proof));
        }
        events.addAll(conclude());
        return events;
    }

    private List<LifecycleEvent> conclude() {
        int all = parts.length;
        if (count(Part.SUCCEEDED) == all) {
            return List.of(new GangSucceeded(epoch()));
        }
        if (stopping) {
            return isStopped() ? List.of(new GangStopped(epoch())) : List.of();
        }
        if (count(Part.RUNNING) + count(Part.SUCCEEDED) == all) {
            return List.of(new GangRunning(epoch()));
        }
        return List.of();
    }

    private boolean isStopped() {
        int certain = count(Part.SUCCEEDED) + count(Part.ENDED) + count(Part.DEAD);
        boolean onePeerConfirmed = count(Part.ENDED) > 0;
        return certain == parts.length || (onePeerConfirmed && certain + count(Part.LOST) == parts.length);
    }

    private Optional<LifecycleEvent> failure(HostReport report) {
        int index = indexOf(report.host());
        if (failed.get(index)) {
            return Optional.empty();
        }
        Optional<RankStatus> worst = report.ranks().stream()
                .filter(rank -> rank.state() == RankState.FAILED)
                .reduce((first, next) -> weight(next).compareTo(weight(first)) > 0 ? next : first);
        if (worst.isPresent()) {
            failed.set(index);
            return worst.map(
                    rank -> new RankFailed(epoch(), report.host(), rank.rank(), rank.exitCode(), rank.message()));
        }
        if (stopping) {
            return Optional.empty();
        }
        if (report.phase() == RunPhase.ENDED && endedUnasked(report)) {
            return Optional.of(
                    new HostLost(epoch(), report.host(), "its agent has ended the ranks: " + report.message()));
        }
        if (report.phase() == RunPhase.ENDED && !report.succeeded()) {
            failed.set(index);
            int first = placement.hosts().get(index).firstRank();
            return Optional.of(new RankFailed(epoch(), report.host(), first, -1, report.message()));
        }
        return Optional.empty();
    }

    private static Blame.Weight weight(RankStatus rank) {
        return Blame.weight(rank.exitCode(), rank.message());
    }

    /** Hosts of which not every rank runs yet. */
    public SortedSet<String> notRunning() {
        SortedSet<String> hosts = new TreeSet<>();
        indexes.forEach((host, index) -> {
            if (parts[index] == Part.AWAITED || parts[index] == Part.STARTING) {
                hosts.add(host);
            }
        });
        return hosts;
    }

    /** Hosts that answer and have not said that their part has ended. */
    public SortedSet<String> notEnded() {
        SortedSet<String> hosts = new TreeSet<>();
        indexes.forEach((host, index) -> {
            if (parts[index] == Part.AWAITED || parts[index] == Part.STARTING || parts[index] == Part.RUNNING) {
                hosts.add(host);
            }
        });
        return hosts;
    }

    /** Whether nothing but the proof that ranks on lost hosts are dead is still missing, and no peer's stop makes up for it. */
    public boolean awaitsProof() {
        int heard = count(Part.SUCCEEDED) + count(Part.DEAD);
        return stopping && count(Part.LOST) > 0 && heard + count(Part.LOST) == parts.length;
    }

    /** Hosts that do not answer and whose ranks may still run. */
    public SortedSet<String> lostHosts() {
        SortedSet<String> hosts = new TreeSet<>();
        indexes.forEach((host, index) -> {
            if (parts[index] == Part.LOST) {
                hosts.add(host);
            }
        });
        return hosts;
    }

    /** An agent that was cut off from every controller for too long ends its ranks by itself. */
    private static boolean endedUnasked(HostReport report) {
        return report.ranks().stream().anyMatch(rank -> rank.state() == RankState.STOPPED);
    }

    private static Part partOf(HostReport report) {
        return switch (report.phase()) {
            case STARTING -> Part.STARTING;
            case RUNNING, STOPPING -> Part.RUNNING;
            case ENDED -> report.succeeded() ? Part.SUCCEEDED : Part.ENDED;
        };
    }

    private static boolean isGone(Part part) {
        return part == Part.LOST || part == Part.DEAD;
    }

    private int indexOf(String host) {
        Integer index = indexes.get(host);
        if (index == null) {
            throw new IllegalArgumentException("host " + host + " runs no rank of attempt " + epoch());
        }
        return index;
    }

    private int count(Part part) {
        return counts.getOrDefault(part, 0);
    }

    private void move(int index, Part next) {
        counts.merge(parts[index], -1, Integer::sum);
        parts[index] = next;
        counts.merge(next, 1, Integer::sum);
    }
}
