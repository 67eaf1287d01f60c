package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.model.Turn;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.workload.HostReport;
import dev.muster.controller.workload.RunPhase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Tells the core what pods say, each change once. Belongs to one thread but for what runs on the loop.
 *
 * <p>The API server's picture of a node that is cut off is an old one, so that such a host is not reported to be alive. Its
 * news are told when it is back. That nothing runs there any more is certain whatever the node says, and is told at once.
 */
final class PodNews {

    private record Part(GangKey gang, String host) {}

    private record Hindrance(GangKey gang, String words) {}

    private record GivesUp(Part part, boolean graceful) {}

    private record Fenced(Part part) {}

    private final Deliveries deliveries;
    private final Executor thread;
    private final JobReconciler jobs;
    private final NodeReconciler nodes;
    private final Map<String, String> proofs = new HashMap<>();
    private final Map<Part, HostReport> told = new HashMap<>();
    private final Set<Part> untold = new HashSet<>();

    PodNews(Deliveries deliveries, Executor thread, JobReconciler jobs, NodeReconciler nodes) {
        this.deliveries = deliveries;
        this.thread = thread;
        this.jobs = jobs;
        this.nodes = nodes;
    }

    void changed(GangPods gang, String host) {
        Part part = new Part(gang.key(), host);
        deliveries.add(part, () -> {
            HostReport report = gang.report(host);
            return report.equals(told.put(part, report))
                    ? Optional.empty()
                    : Optional.of(turn -> report(part, report, turn));
        });
    }

    /** For a gang that is just being started: that its ranks are starting is no news. */
    void begins(GangPods gang) {
        for (String host : gang.hosts()) {
            told.put(new Part(gang.key(), host), gang.report(host));
        }
    }

    void forget(GangPods gang) {
        for (String host : gang.hosts()) {
            Part part = new Part(gang.key(), host);
            told.remove(part);
            untold.remove(part);
        }
    }

    void hindered(GangPods gang, String host, String words) {
        GangKey key = gang.key();
        deliveries.add(
                new Hindrance(key, words),
                () -> Optional.of(turn -> jobs.startHindered(host, key.jobUid(), key.attempt(), words, turn)));
    }

    void givesUp(GangPods gang, String host, boolean graceful, String why) {
        GangKey key = gang.key();
        deliveries.add(
                new GivesUp(new Part(key, host), graceful),
                () -> Optional.of(turn -> jobs.hostGivesUp(host, key.jobUid(), key.attempt(), graceful, why, turn)));
    }

    /** By what it will be known that what runs on the host is dead. */
    void proof(String host, String words) {
        proofs.put(host, words);
    }

    void fenced(GangPods gang, String host) {
        GangKey key = gang.key();
        String proof = proofs.getOrDefault(host, "its node was fenced");
        Part part = new Part(key, host);
        deliveries.add(new Fenced(part), () -> Optional.of(turn -> dead(part, proof, turn)));
    }

    /** Hosts may be back whose news were not told. */
    void again(GangBoard board) {
        List<Part> parts = List.copyOf(untold);
        untold.clear();
        for (Part part : parts) {
            told.remove(part);
            board.gang(part.gang()).ifPresent(gang -> changed(gang, part.host()));
        }
    }

    // ---- on the loop

    private void report(Part part, HostReport report, Turn turn) {
        boolean ended = report.phase() == RunPhase.ENDED;
        boolean cutOff = nodes.attendance(part.host())
                .filter(now -> now.presence() == Presence.LOST)
                .isPresent();
        if (cutOff && !ended) {
            thread.execute(() -> untold.add(part));
            return;
        }
        boolean hasPlace = jobs.reported(report, turn);
        nodes.leftOver(part.host(), report.jobUid() + "/" + report.epoch(), !hasPlace && !ended);
    }

    private void dead(Part part, String proof, Turn turn) {
        String jobUid = part.gang().jobUid();
        boolean present = jobs.roll(jobUid)
                .filter(roll -> roll.epoch() == part.gang().attempt())
                .isPresent();
        if (present) {
            jobs.hostDead(jobUid, part.host(), proof, turn);
        }
    }
}
