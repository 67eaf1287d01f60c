package dev.muster.controller.codec;

import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.NodeRecord.Health;
import dev.muster.controller.state.NodeRecord.Intent;
import dev.muster.controller.state.NodeRecord.Verdict;
import dev.muster.proto.v1.StoredNode;
import dev.muster.proto.v1.StoredNodeHealth;
import dev.muster.proto.v1.StoredNodeIntent;
import dev.muster.proto.v1.StoredVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A host as the store keeps it. */
final class StoredNodeCodec {

    private static final EnumMapping<Verdict, StoredVerdict> VERDICTS =
            EnumMapping.of(Verdict.class, StoredVerdict.class, "STORED_VERDICT_");

    private StoredNodeCodec() {}

    static StoredNode write(NodeRecord record) {
        StoredNode.Builder stored = StoredNode.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setName(record.name())
                .addAllPath(record.path())
                .setCapacity(ResourceCodec.write(record.capacity()))
                .putAllLabels(record.labels())
                .setAddress(record.address())
                .setBootId(record.bootId())
                .setAgentId(record.agentId())
                .setAgentVersion(record.agentVersion())
                .setIntent(write(record.intent()))
                .setHealth(write(record.health()));
        record.acceleratorType().ifPresent(stored::setAcceleratorType);
        record.devices().forEach(device -> stored.addDevices(HealthCodec.write(device)));
        record.closed().ifPresent(stored::setClosed);
        return stored.build();
    }

    private static StoredNodeIntent write(Intent intent) {
        StoredNodeIntent.Builder stored = StoredNodeIntent.newBuilder()
                .setCordoned(intent.cordoned())
                .setDraining(intent.draining())
                .setQuarantined(intent.quarantined())
                .setReason(intent.reason());
        intent.since().ifPresent(at -> stored.setSinceMillis(at.toEpochMilli()));
        return stored.build();
    }

    private static StoredNodeHealth write(Health health) {
        StoredNodeHealth.Builder stored = StoredNodeHealth.newBuilder()
                .setVerdict(VERDICTS.wire(health.verdict()))
                .setReason(health.reason());
        health.since().ifPresent(at -> stored.setSinceMillis(at.toEpochMilli()));
        health.releasedAt().ifPresent(at -> stored.setReleasedAtMillis(at.toEpochMilli()));
        health.events().forEach(event -> stored.addEvents(HealthCodec.write(event)));
        return stored.build();
    }

    static NodeRecord read(StoredNode stored, Problems problems) {
        return new NodeRecord(
                problems.required("name", stored.getName(), Bounds.NAME_LENGTH),
                stored.getPathList(),
                ResourceCodec.read("capacity", stored.getCapacity(), problems),
                stored.hasAcceleratorType() ? Optional.of(stored.getAcceleratorType()) : Optional.empty(),
                new TreeMap<>(stored.getLabelsMap()),
                HealthCodec.readDevices("devices", stored.getDevicesList(), problems),
                stored.getAddress(),
                stored.getBootId(),
                stored.getAgentId(),
                stored.getAgentVersion(),
                readIntent(stored.getIntent()),
                readHealth(stored.getHealth(), problems),
                stored.hasClosed() ? Optional.of(stored.getClosed()) : Optional.empty());
    }

    private static Intent readIntent(StoredNodeIntent stored) {
        return new Intent(
                stored.getCordoned(),
                stored.getDraining(),
                stored.getQuarantined(),
                stored.getReason(),
                Times.optional(stored.hasSinceMillis(), stored.getSinceMillis()));
    }

    private static Health readHealth(StoredNodeHealth stored, Problems problems) {
        List<HealthEvent> events = new ArrayList<>();
        for (int i = 0; i < stored.getEventsCount(); i++) {
            events.add(HealthCodec.read("health.events[" + i + "]", stored.getEvents(i), problems));
        }
        return new Health(
                problems.known("health.verdict", VERDICTS, stored.getVerdict(), Verdict.HEALTHY),
                stored.getReason(),
                Times.optional(stored.hasSinceMillis(), stored.getSinceMillis()),
                events,
                Times.optional(stored.hasReleasedAtMillis(), stored.getReleasedAtMillis()));
    }
}
