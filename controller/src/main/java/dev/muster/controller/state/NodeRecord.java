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
 * @param closed why whoever else rules the host lets nothing new on it, such as a cordon or a taint of Kubernetes; a fact like its
 *     capacity, so that it ends with its cause and never with what operators ask of Muster
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
        Health health,
        Optional<String> closed) {

    public NodeRecord {
        path = List.copyOf(path);
        devices = List.copyOf(devices);
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** A host that only Muster rules. */
    public NodeRecord(
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
        this(
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
                health,
                Optional.empty());
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
        return changed(path, devices, next, health, closed);
    }

    public NodeRecord with(Health next) {
        return changed(path, devices, intent, next, closed);
    }

    /** At another place in the fabric. */
    public NodeRecord at(List<String> place) {
        return changed(place, devices, intent, health, closed);
    }

    public NodeRecord withDevices(List<Device> present) {
        return changed(path, present, intent, health, closed);
    }

    public NodeRecord closed(Optional<String> why) {
        return changed(path, devices, intent, health, why);
    }

    private NodeRecord changed(
            List<String> place, List<Device> present, Intent wanted, Health state, Optional<String> why) {
        return new NodeRecord(
                name,
                place,
                capacity,
                acceleratorType,
                labels,
                present,
                address,
                bootId,
                agentId,
                agentVersion,
                wanted,
                state,
                why);
    }
}
