package dev.muster.controller.reconcile;

import dev.muster.controller.health.NodeVerdicts;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.JobEvent.Severity;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent.HostReleased;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.NodeRecord.Intent;
import dev.muster.controller.state.NodeRecord.Verdict;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.Transition.Announcement;
import dev.muster.scheduler.cluster.Exclusion;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the fleet: what each host is, whether it answers, and what follows for the gangs on it when it does not, is
 * broken, or an operator wants it empty. Runs on the loop thread.
 */
public final class NodeReconciler {

    /** Whether a host's agent is heard; not stored, since a new controller must find out for itself. */
    public enum Presence {
        /** Known from the store, not heard since this controller started. */
        UNKNOWN,
        PRESENT,
        LOST
    }

    /** Presence with the time it began. */
    public record Attendance(Presence presence, Instant since, String why) {}

    private final ClusterModel model;
    private final EventLoop loop;
    private final Turns turns;
    private final GangScheduling scheduling;
    private final JobReconciler jobs;
    private final History history;
    private final Map<String, Attendance> attendance = new HashMap<>();
    private final Map<String, Set<String>> leftovers = new HashMap<>();
    private final Retirement retirement;
    private DeathListener deaths = (host, proof) -> {};
    private int unknown;
    private Instant lastReturn = Instant.MIN;

    public NodeReconciler(
            ClusterModel model,
            EventLoop loop,
            Turns turns,
            GangScheduling scheduling,
            JobReconciler jobs,
            History history) {
        this.model = model;
        this.loop = loop;
        this.turns = turns;
        this.scheduling = scheduling;
        this.jobs = jobs;
        this.history = history;
        this.retirement = new Retirement(model, loop, turns, scheduling, this::forget);
        jobs.whenAbandoned((host, run) -> leftOver(host, run, true));
    }

    /** Takes up the hosts that the store held; none is judged before it had time to report. Call before the jobs' resume. */
    public void resume(Instant now) {
        for (NodeRecord node : model.nodesAfter("")) {
            attend(node.name(), new Attendance(Presence.UNKNOWN, now, "not heard since the controller started"));
            refresh(node);
            leaveIfUnfit(node);
        }
    }

    /** The controller may have died after it stored what an operator or a fault asks for and before gangs moved. */
    private void leaveIfUnfit(NodeRecord node) {
        if (node.health().verdict() == Verdict.FATAL) {
            moveGangsAway(node.name(), true, node.health().reason());
        } else if (node.intent().quarantined()) {
            moveGangsAway(
                    node.name(), true, "quarantined" + because(node.intent().reason()));
        } else if (node.intent().draining()) {
            moveGangsAway(node.name(), false, node.intent().reason());
        }
    }

    /** Hosts that have not reported since this controller started and are not yet given up. */
    public int unheard() {
        return unknown;
    }

    /** When the last host came back that was known before this controller started. */
    Instant lastReturn() {
        return lastReturn;
    }

    public Optional<Attendance> attendance(String host) {
        return Optional.ofNullable(attendance.get(host));
    }

    /**
     * A host's agent has registered.
     *
     * @param facts the host as its agent describes it; what operators and health say of it is kept
     * @return whether the agent or the kernel is in a new life, so that nothing started before runs any more
     */
    public boolean registered(NodeRecord facts, Turn turn) {
        Optional<NodeRecord> before = model.node(facts.name());
        if (attendance(facts.name())
                .filter(was -> was.presence() == Presence.UNKNOWN)
                .isPresent()) {
            lastReturn = turn.now();
        }
        attend(facts.name(), new Attendance(Presence.PRESENT, turn.now(), ""));
        NodeRecord node = take(facts, turn);
        scheduling.requestCycle();
        return before.map(known -> !known.agentId().equals(node.agentId())
                        || !known.bootId().equals(node.bootId()))
                .orElse(true);
    }

    /** What a host is has changed, or is said again; whether it answers is another matter. */
    public void described(NodeRecord facts, Turn turn) {
        Optional<NodeRecord> before = model.node(facts.name());
        if (!before.equals(Optional.of(take(facts, turn)))) {
            scheduling.requestCycle();
        }
    }

    /** What a host's agent says of its devices. */
    public void devices(String host, List<NodeRecord.Device> devices, Turn turn) {
        model.node(host)
                .filter(node -> !node.devices().equals(devices))
                .ifPresent(node -> turn.put(node.withDevices(devices)));
    }

    private NodeRecord take(NodeRecord facts, Turn turn) {
        Optional<NodeRecord> before = model.node(facts.name());
        NodeRecord node = before.map(known -> facts.with(known.intent()).with(known.health()))
                .orElse(facts);
        if (!before.equals(Optional.of(node))) {
            turn.put(node);
        }
        retirement.cancel(node.name());
        refresh(node);
        return node;
    }

    /**
     * A host is gone for good, or is not ours any more: it leaves the store once nothing is held there. One that an operator or a
     * fault has closed stays, so that it does not come back under its name as if nothing had been wrong, until it is released.
     */
    public void retire(String host) {
        retirement.add(host);
    }

    /** A host does not answer any more; its gangs move on without it, each in its own turn. */
    public void lost(String host, String why, Turn turn) {
        Optional<NodeRecord> node = model.node(host);
        if (node.isEmpty()) {
            return;
        }
        attend(host, new Attendance(Presence.LOST, turn.now(), why));
        refresh(node.get());
        if (unknown == 0) {
            scheduling.requestCycle();
        }
        forEachJobOn(host, "host-lost", (jobUid, later) -> {
            if (attendance(host).filter(now -> now.presence() == Presence.LOST).isPresent()) {
                jobs.hostLost(jobUid, host, why, later);
            }
        });
    }

    /** Whether the host still holds runs whose attempt is over. */
    public boolean hasLeftovers(String host) {
        return leftovers.containsKey(host);
    }

    /** A host registers and will say what it still runs. */
    public void withoutLeftovers(String host) {
        if (leftovers.remove(host) != null) {
            model.node(host).ifPresent(this::refresh);
        }
    }

    /**
     * A host reports a run. While a run lives that has no place any more, its devices are not free whatever the records
     * say, so nothing new goes there.
     */
    public void leftOver(String host, String run, boolean livesWithoutPlace) {
        boolean changed = livesWithoutPlace
                ? leftovers.computeIfAbsent(host, name -> new HashSet<>()).add(run)
                : leftovers.getOrDefault(host, Set.of()).contains(run);
        if (!changed) {
            return;
        }
        if (!livesWithoutPlace) {
            leftovers.computeIfPresent(host, (name, runs) -> runs.remove(run) && runs.isEmpty() ? null : runs);
            scheduling.requestCycle();
        }
        model.node(host).ifPresent(this::refresh);
    }

    /** A host that is here in the same life has lost the ranks of these jobs. */
    public void ranksGone(String host, Set<String> jobUids, String proof) {
        if (!jobUids.isEmpty()) {
            forEachJobOn(host, "ranks-gone", (jobUid, later) -> {
                if (jobUids.contains(jobUid)) {
                    jobs.hostDead(jobUid, host, proof, later);
                }
            });
        }
    }

    /**
     * A host came back in a new life: whatever ran there is dead. Not what the new life holds: a controller may have told it
     * before it died and before it had stored that the life is a new one.
     *
     * @param held jobs whose latest attempt the new life holds
     */
    public void reborn(String host, Set<String> held, String proof) {
        forEachJobOn(host, "host-reborn", (jobUid, later) -> {
            if (!held.contains(jobUid)) {
                jobs.hostDead(jobUid, host, proof, later);
            }
        });
    }

    /** Hears of hosts that an operator has declared dead, once that is durable. */
    public interface DeathListener {
        void declaredDead(String host, String proof);
    }

    public void whenDeclaredDead(DeathListener listener) {
        deaths = listener;
    }

    /** An operator vouches that nothing runs on a host; answers whether the host is lost, without which it counts for nothing. */
    public boolean declaredDead(NodeRecord node, String reason, Turn turn) {
        String host = node.name();
        if (attendance(host).filter(now -> now.presence() == Presence.LOST).isEmpty()) {
            return false;
        }
        String proof = "an operator declared it dead" + because(reason);
        forEachJobOn(host, "host-declared-dead", (jobUid, later) -> jobs.hostDead(jobUid, host, proof, later));
        turn.then(() -> deaths.declaredDead(host, proof));
        retire(host);
        return true;
    }

    public void health(String host, HealthEvent event, Turn turn) {
        Optional<NodeRecord> known = model.node(host);
        if (known.isEmpty()) {
            return;
        }
        NodeRecord node = known.get();
        NodeRecord.Health next = NodeVerdicts.on(node.health(), event, turn.now());
        if (next.equals(node.health())) {
            return;
        }
        change(node.with(next), turn);
        Announcement line = new Announcement(
                "HealthEvent",
                event.severity() == HealthEvent.Severity.INFO ? Severity.INFO : Severity.WARNING,
                "host " + host + ": " + event.message());
        for (PlacementRecord placement : model.activeOn(host)) {
            model.jobByUid(placement.jobUid()).ifPresent(job -> history.announce(job, line, turn));
        }
        if (HostEvidence.blames(event)) {
            jobs.hardwareFault(host, event.message(), turn);
        }
        if (next.verdict() == Verdict.FATAL && node.health().verdict() != Verdict.FATAL) {
            moveGangsAway(host, true, next.reason());
        }
    }

    public void cordon(NodeRecord node, String reason, Turn turn) {
        change(
                node.with(intent(
                        node, true, node.intent().draining(), node.intent().quarantined(), reason, turn)),
                turn);
    }

    /** Ends a cordon and a drain. */
    public void uncordon(NodeRecord node, Turn turn) {
        change(node.with(intent(node, false, false, node.intent().quarantined(), "", turn)), turn);
    }

    public void drain(NodeRecord node, String reason, Turn turn) {
        change(node.with(intent(node, true, true, node.intent().quarantined(), reason, turn)), turn);
        moveGangsAway(node.name(), false, reason);
    }

    public void quarantine(NodeRecord node, String reason, Turn turn) {
        change(node.with(intent(node, node.intent().cordoned(), node.intent().draining(), true, reason, turn)), turn);
        moveGangsAway(node.name(), true, "quarantined" + because(reason));
    }

    /** Ends a quarantine: the faults seen so far no longer count. */
    public void release(NodeRecord node, Turn turn) {
        Intent intent = intent(node, node.intent().cordoned(), node.intent().draining(), false, "", turn);
        change(node.with(intent).with(NodeVerdicts.released(node.health(), turn.now())), turn);
        for (JobRecord job : List.copyOf(model.jobs())) {
            if (job.status().avoidHosts().contains(node.name())) {
                jobs.fire(job.uid(), new HostReleased(node.name()), turn);
            }
        }
    }

    /** Why nothing new is placed on the host; the most serious cause wins. */
    public Optional<Exclusion> exclusion(NodeRecord node) {
        Presence presence = attendance(node.name()).map(Attendance::presence).orElse(Presence.UNKNOWN);
        if (presence != Presence.PRESENT) {
            return Optional.of(Exclusion.LOST);
        }
        if (node.intent().quarantined() || node.health().verdict() == Verdict.FATAL) {
            return Optional.of(Exclusion.QUARANTINED);
        }
        if (node.intent().draining()) {
            return Optional.of(Exclusion.DRAINING);
        }
        if (node.intent().cordoned() || node.closed().isPresent()) {
            return Optional.of(Exclusion.CORDONED);
        }
        if (hasLeftovers(node.name())) {
            return Optional.of(Exclusion.DRAINING);
        }
        return node.health().verdict() == Verdict.SUBHEALTHY ? Optional.of(Exclusion.SUBHEALTHY) : Optional.empty();
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ": " + reason;
    }

    private static Intent intent(
            NodeRecord node, boolean cordoned, boolean draining, boolean quarantined, String reason, Turn turn) {
        boolean any = cordoned || draining || quarantined;
        String kept = reason.isEmpty() && any ? node.intent().reason() : reason;
        return new Intent(cordoned, draining, quarantined, kept, any ? Optional.of(turn.now()) : Optional.empty());
    }

    /** A host that is closed lets jobs start too: those that were to wait for it go elsewhere. */
    private void change(NodeRecord node, Turn turn) {
        turn.put(node);
        refresh(node);
        scheduling.requestCycle();
    }

    private void refresh(NodeRecord node) {
        scheduling.nodeChanged(node, exclusion(node), loop.clock().instant());
    }

    private void attend(String host, Attendance next) {
        Attendance before = attendance.put(host, next);
        unknown += (next.presence() == Presence.UNKNOWN ? 1 : 0)
                - (before != null && before.presence() == Presence.UNKNOWN ? 1 : 0);
    }

    private void forget(String host) {
        Attendance before = attendance.remove(host);
        unknown -= before != null && before.presence() == Presence.UNKNOWN ? 1 : 0;
        leftovers.remove(host);
    }

    private void moveGangsAway(String host, boolean fatal, String why) {
        forEachJobOn(host, "host-unfit", (jobUid, later) -> jobs.hostUnfit(jobUid, host, fatal, why, later));
    }

    /** One operation a job, since what one of them writes must fit into one transaction. */
    private void forEachJobOn(String host, String name, JobOnHost what) {
        for (PlacementRecord placement : model.activeOn(host)) {
            loop.tell(name, turns.operation(turn -> {
                boolean stillHere = model.activeOn(host).stream()
                        .anyMatch(active ->
                                active.jobUid().equals(placement.jobUid()) && active.attempt() == placement.attempt());
                if (stillHere) {
                    what.apply(placement.jobUid(), turn);
                }
                return stillHere;
            }));
        }
    }

    private interface JobOnHost {
        void apply(String jobUid, Turn turn);
    }
}
