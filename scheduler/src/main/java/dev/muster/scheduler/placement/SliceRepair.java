package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds hosts for the lost ranks of runs of a gang, from the innermost broken slice outwards.
 *
 * <p>Goals: what is left of a slice stays, and its lost ranks come back inside its domain; spares are used first; else what is nearest.
 *
 * <p>Algorithm: a run is a slice with its ranks. Of the runs inside it, those of which something is left come first: their domain is
 * given. Those that are lost whole are then placed together, as a gang of their own, in the domain of the run around them.
 *
 * <p>Complexity: the ranks, and the placement of what is lost.
 */
final class SliceRepair {

    private final GangLayout layout;
    private final ClusterSnapshot cluster;
    private final SharedChanges changes;
    /** By rank: where it runs or will run. */
    private final @Nullable ClusterHost[] byRank;

    private final List<ClusterHost> spares;
    private final int leaders;

    SliceRepair(
            GangLayout layout,
            ClusterSnapshot cluster,
            SharedChanges changes,
            @Nullable ClusterHost[] byRank,
            List<ClusterHost> spares) {
        this.layout = layout;
        this.cluster = cluster;
        this.changes = changes;
        this.byRank = byRank;
        this.spares = spares;
        this.leaders = layout.request().leader().isPresent() ? 1 : 0;
    }

    private List<SliceSpec> slices() {
        return layout.request().topology().slices();
    }

    private boolean isLost(int pod) {
        return byRank[pod + leaders] == null;
    }

    private int lost(int from, int size) {
        int lost = 0;
        for (int pod = from; pod < from + size; pod++) {
            lost += isLost(pod) ? 1 : 0;
        }
        return lost;
    }

    /**
     * Repairs a run of pods.
     *
     * @param slice the slices that runs inside it are made of, as an index
     * @param domain in which the run lies
     * @return whether every rank of it has a host now
     */
    boolean repair(int slice, int from, int size, ClusterDomain domain) {
        if (lost(from, size) == 0) {
            return true;
        }
        if (slice == slices().size()) {
            return replace(from, size, domain, lost(from, size)) == 0;
        }
        int inner = slices().get(slice).size();
        List<Integer> lostWhole = new ArrayList<>();
        for (int at = from; at < from + size; at += inner) {
            int lost = lost(at, inner);
            if (lost == inner) {
                lostWhole.add(at);
            } else if (lost > 0 && !repairInside(slice, at, inner, domain)) {
                return false;
            }
        }
        return lostWhole.isEmpty() || placeRuns(slice, lostWhole, domain);
    }

    private boolean repairInside(int slice, int from, int size, ClusterDomain domain) {
        int depth = cluster.levels().depthOf(slices().get(slice).within()).orElseThrow();
        ClusterHost survivor = survivors(from, size).get(0);
        if (depth > layout.innermost()) {
            return replaceOnHost(from, size, survivor);
        }
        // A slice may be allowed a wider domain than the gang is.
        return repair(slice + 1, from, size, survivor.domain().ancestor(Math.max(depth, domain.depth())));
    }

    private boolean replaceOnHost(int from, int size, ClusterHost host) {
        RoomCounts flat = changes.of(flatShape());
        if (flat.pods(host) < lost(from, size)) {
            return false;
        }
        for (int pod = from; pod < from + size; pod++) {
            if (isLost(pod)) {
                give(pod, host);
            }
        }
        return true;
    }

    /** Gives lost pods of a run hosts inside a domain, at most so many; answers how many of those are still without one. */
    int replace(int from, int size, ClusterDomain domain, int most) {
        int left = most;
        List<ClusterHost> near = survivors(from, size);
        List<ClusterHost> found = new ArrayList<>(fromSpares(domain, left));
        left -= found.size();
        if (left > 0) {
            RoomCounts fork = changes.of(flatShape()).fork();
            found.forEach(host -> Forks.take(fork, host, 1));
            List<ClusterHost> anchors = near.isEmpty() ? anyOf(domain) : near;
            found.addAll(LeastHarm.takeNear(anchors, Math.min(domain.depth(), layout.innermost()), left, fork));
        }
        int next = 0;
        for (int pod = from; pod < from + size && next < found.size(); pod++) {
            if (isLost(pod)) {
                give(pod, found.get(next++));
            }
        }
        return most - next;
    }

    private static List<ClusterHost> anyOf(ClusterDomain domain) {
        ClusterDomain at = domain;
        while (!at.children().isEmpty()) {
            at = at.children().get(0);
        }
        return at.hosts().subList(0, Math.min(1, at.hosts().size()));
    }

    private List<ClusterHost> fromSpares(ClusterDomain domain, int most) {
        RoomCounts fork = changes.of(flatShape()).fork();
        List<ClusterHost> found = new ArrayList<>();
        for (ClusterHost spare : spares) {
            boolean inside = spare.domain().ancestor(domain.depth()) == domain;
            if (found.size() < most && inside && fork.pods(spare) > 0) {
                found.add(spare);
                Forks.take(fork, spare, 1);
            }
        }
        return found;
    }

    private boolean placeRuns(int slice, List<Integer> runs, ClusterDomain domain) {
        int inner = slices().get(slice).size();
        TopologySpec wish = layout.request().topology();
        GangRequest request = layout.request()
                .withPods(runs.size() * inner, runs.size() * inner)
                .withSpares(0, false)
                .withLeader(Optional.empty())
                .withTopology(new TopologySpec(
                        Optional.empty(),
                        wish.preferred(),
                        wish.slices().subList(slice, wish.slices().size()),
                        Spread.PACKED));
        GangLayout part = GangLayout.of(request, cluster.levels());
        RoomCounts counts = changes.of(part.shape());
        if (counts.room(domain) < request.pods()) {
            return false;
        }
        GangSize size = new GangSize(request.pods(), 0);
        List<ClusterHost> hosts = new ArrayList<>();
        for (HostTake take : new TreePacking(part, counts, size, cluster.domainIds())
                .pack(domain)
                .hosts()) {
            for (int pod = 0; pod < take.pods(); pod++) {
                hosts.add(take.host());
            }
        }
        int next = 0;
        for (int run : runs) {
            for (int pod = run; pod < run + inner; pod++) {
                give(pod, hosts.get(next++));
            }
        }
        return true;
    }

    private void give(int pod, ClusterHost host) {
        byRank[pod + leaders] = host;
        changes.take(host, layout.shape());
    }

    private List<ClusterHost> survivors(int from, int size) {
        Map<ClusterHost, Boolean> hosts = new LinkedHashMap<>();
        for (int pod = from; pod < from + size; pod++) {
            ClusterHost host = byRank[pod + leaders];
            if (host != null) {
                hosts.put(host, true);
            }
        }
        return new ArrayList<>(hosts.keySet());
    }

    /** The shape of single pods, whatever the slices. */
    private GangShape flatShape() {
        return GangRepair.flat(layout.shape());
    }
}
