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

/**
 * An attempt as the store keeps it: domain names once, and a large gang packed ({@link GangPacking}), so that one of
 * 131,072 hosts fits in one value.
 */
final class StoredPlacementCodec {

    /** Of a value with a packed gang; a release that knows only the one before must not read it as a gang of no host. */
    static final int NEWEST_VERSION = 2;

    private StoredPlacementCodec() {}

    static StoredPlacement write(PlacementRecord record) {
        return GangPacking.suits(record.everyHost()) ? writePacked(record) : writePlain(record);
    }

    private static StoredPlacement writePacked(PlacementRecord record) {
        GangPacking.Packed packed = GangPacking.pack(record.everyHost());
        return common(record)
                .setSchemaVersion(NEWEST_VERSION)
                .addAllDomains(packed.domains())
                .setPackedGang(packed.deflated())
                .setPackedGangBytes(packed.bytes())
                .build();
    }

    /** Every assignment by itself; also for people. */
    static StoredPlacement writePlain(PlacementRecord record) {
        Map<String, Integer> domains = new HashMap<>();
        StoredPlacement.Builder stored = common(record);
        for (HostAssignment host : record.hosts()) {
            stored.addHosts(write(host, stored, domains));
        }
        for (HostAssignment spare : record.spares()) {
            stored.addSpares(write(spare, stored, domains));
        }
        return stored.build();
    }

    private static StoredPlacement.Builder common(PlacementRecord record) {
        StoredPlacement.Builder stored = StoredPlacement.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setJobUid(record.jobUid())
                .setAttempt(record.attempt())
                .setMasterAddress(record.masterAddress())
                .setMasterPort(record.masterPort())
                .setPlacedAtMillis(record.placedAt().toEpochMilli())
                .setOutcome(record.outcome());
        record.runningAt().ifPresent(at -> stored.setRunningAtMillis(at.toEpochMilli()));
        record.endedAt().ifPresent(at -> stored.setEndedAtMillis(at.toEpochMilli()));
        return stored;
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
        List<HostAssignment> hosts = readAll("hosts", stored.getHostsList(), stored.getDomainsList(), problems);
        List<HostAssignment> spares = readAll("spares", stored.getSparesList(), stored.getDomainsList(), problems);
        if (!stored.getPackedGang().isEmpty()) {
            for (HostAssignment each : GangPacking.unpack(stored, problems)) {
                (each.isSpare() ? spares : hosts).add(each);
            }
        }
        return new PlacementRecord(
                problems.required("job_uid", stored.getJobUid(), Bounds.IDENTITY_LENGTH),
                problems.notNegative("attempt", stored.getAttempt()),
                hosts,
                spares,
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
            List<String> path = path(field, assignment.getPathList(), domains, problems);
            assignments.add(new HostAssignment(
                    problems.required(field, assignment.getHost(), Bounds.NAME_LENGTH),
                    path,
                    assignment.getNodeRank(),
                    assignment.getFirstRank(),
                    assignment.getRanks()));
        }
        return assignments;
    }

    /** Names for indexes. */
    static List<String> path(String field, List<Integer> indexes, List<String> domains, Problems problems) {
        List<String> path = new ArrayList<>(indexes.size());
        for (int index : indexes) {
            if (index < 0 || index >= domains.size()) {
                problems.add(field, "points to domain " + index + " of " + domains.size());
            } else {
                path.add(domains.get(index));
            }
        }
        return path;
    }
}
