package dev.muster.controller.operations;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.reconcile.NodeReconciler.Attendance;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.session.HostReadings;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.NodeRecord.Verdict;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a host looks like to people: its most serious condition, why, and what runs on it. */
public final class NodeViews {

    private final ClusterModel model;
    private final NodeReconciler nodes;
    private final HostReadings agents;
    private final GangScheduling scheduling;

    public NodeViews(ClusterModel model, NodeReconciler nodes, HostReadings agents, GangScheduling scheduling) {
        this.model = model;
        this.nodes = nodes;
        this.agents = agents;
        this.scheduling = scheduling;
    }

    public NodeView of(NodeRecord node, Instant now) {
        Optional<Attendance> attendance = nodes.attendance(node.name());
        NodeState state = state(node, attendance, now);
        List<DeviceReading> readings = agents.readings(node.name());
        return new NodeView(
                node,
                state,
                reason(node, state, attendance),
                used(node.name()),
                healthyAccelerators(node, readings),
                jobs(node.name()),
                agents.lastHeard(node.name()),
                since(node, state, attendance),
                readings);
    }

    NodeState state(NodeRecord node, Optional<Attendance> attendance, Instant now) {
        Presence presence = attendance.map(Attendance::presence).orElse(Presence.UNKNOWN);
        if (presence == Presence.LOST) {
            return NodeState.LOST;
        }
        if (node.intent().quarantined() || node.health().verdict() == Verdict.FATAL) {
            return NodeState.QUARANTINED;
        }
        if (presence == Presence.UNKNOWN) {
            return NodeState.UNKNOWN;
        }
        if (node.intent().draining() || nodes.hasLeftovers(node.name())) {
            return NodeState.DRAINING;
        }
        if (node.intent().cordoned() || node.closed().isPresent()) {
            return NodeState.CORDONED;
        }
        if (node.health().verdict() == Verdict.SUBHEALTHY) {
            return NodeState.SUBHEALTHY;
        }
        return scheduling.inMaintenance(node, now) ? NodeState.MAINTENANCE : NodeState.READY;
    }

    private static String reason(NodeRecord node, NodeState state, Optional<Attendance> attendance) {
        return switch (state) {
            case READY -> "";
            case MAINTENANCE -> "in a maintenance window";
            case LOST, UNKNOWN -> attendance.map(Attendance::why).orElse("");
            case SUBHEALTHY -> node.health().reason();
            case QUARANTINED ->
                node.health().verdict() == Verdict.FATAL ? node.health().reason() : operator(node);
            case DRAINING, CORDONED ->
                node.intent().cordoned() ? operator(node) : node.closed().orElse("stops runs whose attempt is over");
        };
    }

    private static String operator(NodeRecord node) {
        return node.intent().reason().isEmpty()
                ? "by an operator"
                : node.intent().reason();
    }

    private static Optional<Instant> since(NodeRecord node, NodeState state, Optional<Attendance> attendance) {
        return switch (state) {
            case QUARANTINED, SUBHEALTHY ->
                node.health().since().or(() -> node.intent().since());
            case DRAINING, CORDONED -> node.intent().since();
            case READY, LOST, UNKNOWN, MAINTENANCE -> attendance.map(Attendance::since);
        };
    }

    ResourceVector used(String host) {
        ResourceVector used = ResourceVector.ZERO;
        for (PlacementRecord placement : model.activeOn(host)) {
            used = used.plus(model.jobByUid(placement.jobUid())
                    .map(job -> job.spec().gang().perHost())
                    .orElse(ResourceVector.ZERO));
        }
        return used;
    }

    List<JobKey> jobs(String host) {
        return model.activeOn(host).stream()
                .flatMap(placement -> model.jobByUid(placement.jobUid()).stream())
                .map(JobRecord::key)
                .sorted()
                .toList();
    }

    private static int healthyAccelerators(NodeRecord node, List<DeviceReading> readings) {
        Set<Integer> broken = node.health().events().stream()
                .filter(event -> event.severity() == HealthEvent.Severity.FATAL)
                .filter(event ->
                        node.health().releasedAt().map(event.at()::isAfter).orElse(true))
                .flatMap(event -> event.deviceIndex().stream().boxed())
                .collect(Collectors.toSet());
        readings.stream().filter(reading -> !reading.present()).forEach(reading -> broken.add(reading.index()));
        return (int) node.devices().stream()
                .filter(device -> !broken.contains(device.index()))
                .count();
    }
}
