package dev.muster.controller.state;

import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A host as the store keeps it, written only when something here changes: heartbeats do not.
 *
 * @param path its domains, outermost first
 * @param address where ranks on other hosts reach it
 * @param bootId of the kernel; another one proves that earlier ranks are dead
 * @param agentId of the agent's life; another one proves that earlier ranks are dead
 * @param intent what operators want of it
 * @param health what its agent reported, bounded
 */
public record NodeRecord(
        String name,
        List<String> path,
        ResourceVector capacity,
        Optional<String> acceleratorType,
        SortedMap<String, String> labels,
        List<Device> devices,
        String address,
        String bootId,
        String agentId,
        String agentVersion,
        Intent intent,
        Health health) {

    public NodeRecord {
        path = List.copyOf(path);
        devices = List.copyOf(devices);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** An accelerator, as its vendor's tool names it. */
    public record Device(int index, String id, String vendor, String type, long memoryBytes, String busId) {}

    /** What operators asked for, with their words and when. */
    public record Intent(
            boolean cordoned, boolean draining, boolean quarantined, String reason, Optional<Instant> since) {
        public static final Intent NONE = new Intent(false, false, false, "", Optional.empty());
    }

    /**
     * What speaks against the host.
     *
     * @param verdict what follows from the events that count
     * @param reason one line naming the worst of them; empty when healthy
     * @param events oldest first, bounded; those before the last release are kept for people but do not count
     * @param releasedAt events up to here do not count
     */
    public record Health(
            Verdict verdict,
            String reason,
            Optional<Instant> since,
            List<HealthEvent> events,
            Optional<Instant> releasedAt) {
        public static final Health HEALTHY =
                new Health(Verdict.HEALTHY, "", Optional.empty(), List.of(), Optional.empty());

        public Health {
            events = List.copyOf(events);
        }
    }

    /** What a host is still good for. */
    public enum Verdict {
        HEALTHY,
        /** Runs what it has, gets nothing new. */
        SUBHEALTHY,
        /** Out of service; its gangs move away now. */
        FATAL
    }

    public NodeRecord with(Intent next) {
        return new NodeRecord(
                name,
                path,
                capacity,
                acceleratorType,
                labels,
                devices,
                address,
                bootId,
                agentId,
                agentVersion,
                next,
                health);
    }

    public NodeRecord with(Health next) {
        return new NodeRecord(
                name,
                path,
                capacity,
                acceleratorType,
                labels,
                devices,
                address,
                bootId,
                agentId,
                agentVersion,
                intent,
                next);
    }
}
