package dev.muster.controller.codec;

import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.proto.v1.StoredAssignment;
import dev.muster.proto.v1.StoredPlacement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An attempt as the store keeps it: domain names once, so that a gang of thousands of hosts fits in one value. */
final class StoredPlacementCodec {

    private StoredPlacementCodec() {}

    static StoredPlacement write(PlacementRecord record) {
        Map<String, Integer> domains = new HashMap<>();
        StoredPlacement.Builder stored = StoredPlacement.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setJobUid(record.jobUid())
                .setAttempt(record.attempt())
                .setMasterAddress(record.masterAddress())
                .setMasterPort(record.masterPort())
                .setPlacedAtMillis(record.placedAt().toEpochMilli())
                .setOutcome(record.outcome());
        for (HostAssignment host : record.hosts()) {
            stored.addHosts(write(host, stored, domains));
        }
        for (HostAssignment spare : record.spares()) {
            stored.addSpares(write(spare, stored, domains));
        }
        record.runningAt().ifPresent(at -> stored.setRunningAtMillis(at.toEpochMilli()));
        record.endedAt().ifPresent(at -> stored.setEndedAtMillis(at.toEpochMilli()));
        return stored.build();
    }

    private static StoredAssignment write(
            HostAssignment host, StoredPlacement.Builder stored, Map<String, Integer> domains) {
        StoredAssignment.Builder assignment = StoredAssignment.newBuilder()
                .setHost(host.host())
                .setNodeRank(host.nodeRank())
                .setFirstRank(host.firstRank())
                .setRanks(host.ranks());
        for (String domain : host.path()) {
            assignment.addPath(domains.computeIfAbsent(domain, unseen -> {
                stored.addDomains(unseen);
                return stored.getDomainsCount() - 1;
            }));
        }
        return assignment.build();
    }

    static PlacementRecord read(StoredPlacement stored, Problems problems) {
        return new PlacementRecord(
                problems.required("job_uid", stored.getJobUid(), Bounds.IDENTITY_LENGTH),
                problems.notNegative("attempt", stored.getAttempt()),
                readAll("hosts", stored.getHostsList(), stored.getDomainsList(), problems),
                readAll("spares", stored.getSparesList(), stored.getDomainsList(), problems),
                stored.getMasterAddress(),
                stored.getMasterPort(),
                Instant.ofEpochMilli(stored.getPlacedAtMillis()),
                Times.optional(stored.hasRunningAtMillis(), stored.getRunningAtMillis()),
                Times.optional(stored.hasEndedAtMillis(), stored.getEndedAtMillis()),
                stored.getOutcome());
    }

    private static List<HostAssignment> readAll(
            String field, List<StoredAssignment> stored, List<String> domains, Problems problems) {
        List<HostAssignment> assignments = new ArrayList<>(stored.size());
        for (StoredAssignment assignment : stored) {
            List<String> path = new ArrayList<>(assignment.getPathCount());
            for (int index : assignment.getPathList()) {
                if (index < 0 || index >= domains.size()) {
                    problems.add(field, "points to domain " + index + " of " + domains.size());
                } else {
                    path.add(domains.get(index));
                }
            }
            assignments.add(new HostAssignment(
                    problems.required(field, assignment.getHost(), Bounds.NAME_LENGTH),
                    path,
                    assignment.getNodeRank(),
                    assignment.getFirstRank(),
                    assignment.getRanks()));
        }
        return assignments;
    }
}
