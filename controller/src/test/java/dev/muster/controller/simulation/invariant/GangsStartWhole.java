package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.GangSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An attempt has a host for every rank that its job must have, each another one; all its hosts are told the same of it;
 * and it is called running only once ranks have begun on all of them.
 */
public final class GangsStartWhole extends Invariant {

    private final Map<String, JobRecord> jobs = new HashMap<>();
    private final Map<String, PlacementRecord> placements = new HashMap<>();
    private final Map<String, StartRun> firstOrders = new HashMap<>();
    private final Map<String, Set<String>> begunOn = new HashMap<>();

    private static String key(String jobUid, long attempt) {
        return jobUid + "/" + attempt;
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        jobs.put(job.uid(), job);
        if (job.phase() == JobPhase.RUNNING) {
            String attempt = key(job.uid(), job.status().attempt());
            Set<String> begun = begunOn.getOrDefault(attempt, Set.of());
            Optional.ofNullable(placements.get(attempt))
                    .ifPresent(placement -> placement
                            .hosts()
                            .forEach(part -> require(
                                    begun.contains(part.host()),
                                    () -> job.key() + " is called running and no rank began on " + part.host())));
        }
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        placements.put(key(placement.jobUid(), placement.attempt()), placement);
    }

    @Override
    public void transactionStored() {
        // Every placement is judged once its job is known; both are stored together.
        placements.values().stream()
                .filter(placement -> placement.endedAt().isEmpty())
                .forEach(this::judge);
    }

    private void judge(PlacementRecord placement) {
        JobRecord job = jobs.get(placement.jobUid());
        String attempt = key(placement.jobUid(), placement.attempt());
        require(job != null, () -> "attempt " + attempt + " is stored without its job");
        if (job == null) {
            return;
        }
        GangSpec gang = job.spec().gang();
        int hosts = placement.hosts().size();
        require(
                hosts >= gang.minHosts() && hosts <= gang.hosts(),
                () -> attempt + " has " + hosts + " hosts, " + job.key() + " must have " + gang.minHosts() + " to "
                        + gang.hosts());
        require(
                placement.spares().size() <= gang.spares(),
                () -> attempt + " holds " + placement.spares().size() + " spares of " + gang.spares());
        Set<String> different = new HashSet<>();
        placement.everyHost().forEach(part -> different.add(part.host()));
        require(
                different.size() == placement.everyHost().size(),
                () -> attempt + " has a host twice: " + placement.everyHost());
        int rank = 0;
        for (HostAssignment part : placement.hosts()) {
            int first = rank;
            require(part.firstRank() == first, () -> attempt + " has a gap before rank " + part.firstRank());
            rank += part.ranks();
        }
    }

    @Override
    public void ranksBegan(String host, StartRun order) {
        String attempt = key(order.jobUid(), order.epoch());
        begunOn.computeIfAbsent(attempt, key -> new HashSet<>()).add(host);
        StartRun first = firstOrders.computeIfAbsent(attempt, key -> order);
        require(
                first.nodes() == order.nodes()
                        && first.worldSize() == order.worldSize()
                        && first.masterAddress().equals(order.masterAddress())
                        && first.masterPort() == order.masterPort(),
                () -> "hosts of " + attempt + " were told " + first + " and " + order);
    }
}
