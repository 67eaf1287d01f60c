package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.workload.PlacedPod;
import java.util.List;
import java.util.Optional;

/**
 * A cluster, what runs on it, what happens, and for how long it is watched. Times are whole seconds of virtual time.
 *
 * @param levels of the fabric, outermost first
 * @param unschedulable hosts that are cordoned from the beginning
 * @param running what runs at the beginning
 * @param events in the order of the file
 * @param until the last second that is simulated
 */
public record Scenario(
        String id,
        List<String> levels,
        List<HostSpec> hosts,
        List<String> unschedulable,
        List<QueueSpec> queues,
        CyclePolicy policy,
        List<Running> running,
        List<Event> events,
        long until) {

    public Scenario {
        levels = List.copyOf(levels);
        hosts = List.copyOf(hosts);
        unschedulable = List.copyOf(unschedulable);
        queues = List.copyOf(queues);
        running = List.copyOf(running);
        events = List.copyOf(events);
    }

    /**
     * A job, as a user asks for it and as it really is.
     *
     * @param durationSeconds how long it really runs; empty: for ever
     * @param walltimeSeconds what its user claims; at it the job is stopped
     */
    public record Job(
            String name,
            String queue,
            int priority,
            GangRequest request,
            Optional<Long> durationSeconds,
            Optional<Long> walltimeSeconds,
            boolean preemptible,
            long minRuntimeSeconds,
            boolean movable,
            boolean pinned,
            boolean hold) {}

    /** A job that runs at the beginning. */
    public record Running(Job job, long startedAt, List<PlacedPod> pods) {
        public Running {
            pods = List.copyOf(pods);
        }
    }

    /** Something that happens at a second. */
    public sealed interface Event {
        long at();
    }

    public record Submit(long at, Job job) implements Event {}

    public record Finish(long at, String job) implements Event {}

    public record Cancel(long at, String job) implements Event {}

    public record HostEvent(long at, String host, HostChange change) implements Event {}

    /** @param domain names from the outermost level inwards */
    public record Maintenance(long at, List<String> domain, long from, long to) implements Event {
        public Maintenance {
            domain = List.copyOf(domain);
        }
    }

    /** What can happen to a host. */
    public enum HostChange {
        DOWN,
        UP,
        CORDON,
        UNCORDON
    }
}
