package dev.muster.controller.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One attempt of a job: its whole gang in one value, so that a gang is never half stored.
 *
 * @param attempt from 1; also the epoch that fences it
 * @param hosts in node-rank order
 * @param spares held beside the gang, idle
 * @param masterAddress where rank 0 listens
 * @param placedAt since when its hosts are allocated
 * @param runningAt when every rank ran
 * @param endedAt when its hosts were given back
 * @param outcome one line; empty until it ended
 */
public record PlacementRecord(
        String jobUid,
        int attempt,
        List<HostAssignment> hosts,
        List<HostAssignment> spares,
        String masterAddress,
        int masterPort,
        Instant placedAt,
        Optional<Instant> runningAt,
        Optional<Instant> endedAt,
        String outcome) {

    public PlacementRecord {
        hosts = List.copyOf(hosts);
        spares = List.copyOf(spares);
    }

    /**
     * A host's part in an attempt.
     *
     * @param path the host's domains, outermost first
     * @param nodeRank from 0; {@link #SPARE} for a spare
     */
    public record HostAssignment(String host, List<String> path, int nodeRank, int firstRank, int ranks) {

        public static final int SPARE = -1;

        public HostAssignment {
            path = List.copyOf(path);
        }

        public boolean isSpare() {
            return nodeRank == SPARE;
        }
    }

    /** Whether ranks of the attempt are on this host; spares have none. */
    public boolean runsOn(String host) {
        return hosts.stream().anyMatch(assignment -> assignment.host().equals(host));
    }

    public boolean hasSpare(String host) {
        return spares.stream().anyMatch(spare -> spare.host().equals(host));
    }

    /** Ranks' hosts first, then spares: all that the attempt holds. */
    public List<HostAssignment> everyHost() {
        List<HostAssignment> all = new ArrayList<>(hosts);
        all.addAll(spares);
        return all;
    }

    public int worldSize() {
        return hosts.stream().mapToInt(HostAssignment::ranks).sum();
    }

    public PlacementRecord running(Instant at) {
        return new PlacementRecord(
                jobUid, attempt, hosts, spares, masterAddress, masterPort, placedAt, Optional.of(at), endedAt, outcome);
    }

    public PlacementRecord ended(Instant at, String how) {
        return new PlacementRecord(
                jobUid, attempt, hosts, spares, masterAddress, masterPort, placedAt, runningAt, Optional.of(at), how);
    }

    public PlacementRecord withoutSpare(String host) {
        return new PlacementRecord(
                jobUid,
                attempt,
                hosts,
                spares.stream().filter(spare -> !spare.host().equals(host)).toList(),
                masterAddress,
                masterPort,
                placedAt,
                runningAt,
                endedAt,
                outcome);
    }
}
