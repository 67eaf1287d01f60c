package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A place that could hold the whole gang: a domain of its required level, or one host.
 *
 * @param domain the domain, or that of the host
 * @param host present when the gang must share one
 */
record Scope(ClusterDomain domain, Optional<ClusterHost> host) {

    /** The places that could hold the gang if they were idle: those that lack the fewest pods first, then by name. */
    static List<Scope> all(Question question, RoomCounts now) {
        GangRequest least = question.least();
        RoomCounts idle = question.cluster().counts(now.shape(), CapacityView.IDLE);
        List<Scope> scopes = new ArrayList<>();
        int depth =
                Math.min(question.requiredDepth(), question.cluster().levels().innermost());
        question.cluster().root().visit(depth, domain -> {
            if (!question.onOneHost()) {
                scopes.add(new Scope(domain, Optional.empty()));
            } else if (idle.pods(domain) >= least.pods()) {
                domain.hosts().forEach(host -> scopes.add(new Scope(domain, Optional.of(host))));
            }
        });
        scopes.removeIf(scope -> scope.room(idle) < least.pods());
        scopes.sort((left, right) -> Integer.compare(right.room(now), left.room(now)));
        return scopes;
    }

    /** Pods it has room for, in whole slices. */
    int room(RoomCounts counts) {
        return host.map(counts::room).orElseGet(() -> counts.room(domain));
    }

    /** Pods it has room for, whatever the slices. */
    int anyPods(RoomCounts counts) {
        return host.map(counts::pods).orElseGet(() -> counts.pods(domain));
    }

    /** Pods of the smallest gang that it holds beside leader and spares. */
    int pods(Question question, GangRequest least, RoomCounts counts) {
        if (host.isEmpty()) {
            return question.placer().podsIn(least, question.cluster(), domain, counts);
        }
        int beside = least.leader()
                .map(leader -> counts.hasRoomFor(host.get(), leader) ? counts.podsBeside(host.get(), leader) : 0)
                .orElseGet(() -> counts.pods(host.get()));
        int pods = Math.min(beside - (least.sparesOptional() ? 0 : least.spares()), least.pods());
        return Math.max(0, pods - Math.floorMod(pods, least.granule()));
    }

    private List<ClusterHost> hosts(int innermost) {
        if (host.isPresent()) {
            return List.of(host.get());
        }
        List<ClusterHost> hosts = new ArrayList<>();
        domain.visit(innermost, inner -> hosts.addAll(inner.hosts()));
        return hosts;
    }

    /** Gangs with a pod or spare in it. */
    Collection<RunningJob> gangs(Question question) {
        if (domain.depth() == 0 && host.isEmpty()) {
            return question.workload().running();
        }
        Map<JobKey, RunningJob> gangs = new LinkedHashMap<>();
        for (ClusterHost inside : hosts(question.cluster().levels().innermost())) {
            question.workload().runningOn(inside.name()).forEach(run -> gangs.put(run.key(), run));
        }
        return gangs.values();
    }

    boolean contains(ClusterHost other) {
        return host.map(other::equals).orElseGet(() -> other.domain().ancestor(domain.depth()) == domain);
    }

    /** As {@code b1/r2}; empty for the whole cluster. */
    String path() {
        return host.map(ClusterHost::name).orElseGet(domain::path);
    }
}
