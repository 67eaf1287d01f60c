package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.PlacementResult.Placed;
import dev.muster.scheduler.placement.PlacementResult.Refused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a gang whole again that has lost pods.
 *
 * <p>Goals: every survivor stays with its rank. Spares come first; then hosts near the survivors. An elastic gang that cannot be made
 * whole goes on with as many ranks as there are hosts for, at least its minimum; with slices, without the slices that cannot be.
 *
 * <p>Constraints: the required domain is that of the survivors; what a broken slice lost comes back inside its own domain.
 *
 * <p>Algorithm: a lost leader is seated first, where it costs the least. Then {@link SliceRepair} from the outermost runs inwards.
 *
 * <p>Example: slices of 2 within a rack; r1 keeps both of its hosts, r2 one of two. A spare in r1 does not help, a free host of r2
 * does.
 *
 * <p>Complexity: the ranks, and the placement of what is lost; not the size of the cluster.
 */
final class GangRepair {

    private final GangLayout layout;
    private final ClusterSnapshot cluster;
    private final Repair repair;
    private final SharedChanges changes;
    private final List<ClusterHost> spares = new ArrayList<>();
    private final @Nullable ClusterHost[] byRank;

    GangRepair(GangLayout layout, ClusterSnapshot cluster, Repair repair) {
        this.layout = layout;
        this.cluster = cluster;
        this.repair = repair;
        this.changes = new SharedChanges(cluster);
        this.byRank = new ClusterHost[repair.ranks()];
        for (String name : layout.request().avoidHosts()) {
            cluster.host(name).ifPresent(host -> changes.apply(fork -> fork.close(host)));
        }
        for (String name : repair.spares()) {
            Optional<ClusterHost> host = cluster.host(name)
                    .filter(known -> known.exclusion().isEmpty())
                    .filter(known -> !layout.request().avoidHosts().contains(name));
            host.ifPresent(spare -> {
                spares.add(spare);
                changes.apply(fork -> fork.release(spare, layout.request().perPod()));
            });
        }
        repair.survivors().forEach((rank, name) -> keep(rank, name));
    }

    private void keep(int rank, String name) {
        ClusterHost host = cluster.host(name)
                .orElseThrow(() -> new IllegalArgumentException("survivor " + name + " is not in the cluster"));
        if (rank < 0 || rank >= byRank.length) {
            throw new IllegalArgumentException("survivor " + name + " has rank " + rank + " of " + byRank.length);
        }
        byRank[rank] = host;
        if (layout.shape().podsPerHost() == 1) {
            changes.apply(fork -> fork.close(host));
        }
    }

    /** The shape of single pods, whatever the slices. */
    static GangShape flat(GangShape shape) {
        return new GangShape(
                shape.perPod(),
                shape.podsPerHost(),
                shape.acceleratorType(),
                shape.labels(),
                Collections.nCopies(shape.granules().size(), 1));
    }

    PlacementResult repair() {
        if (repair.survivors().isEmpty()) {
            return placeAnew();
        }
        ClusterHost first = survivors().get(0);
        ClusterDomain scope = first.domain().ancestor(Math.min(layout.required(), layout.innermost()));
        for (ClusterHost survivor : survivors()) {
            boolean apart =
                    survivor.domain().ancestor(scope.depth()) != scope || (layout.onOneHost() && survivor != first);
            if (apart) {
                return refused(scope, "its survivors lie in more than one " + level());
            }
        }
        if (layout.onOneHost()) {
            return refused(scope, "its host is lost");
        }
        if (!seatLeader(scope)) {
            return refused(scope, "no host there has room for its leader");
        }
        boolean whole = layout.request().isElastic() ? repairMost(scope) : repairAll(scope);
        return whole
                ? new Placed(placement(scope))
                : refused(scope, "no free host or spare that its topology allows can take the place of a lost one");
    }

    private PlacementResult placeAnew() {
        RoomCounts counts = changes.of(layout.shape());
        Optional<Placement> placement = TreeGangPlacer.placeIn(layout, cluster, counts);
        return placement
                .<PlacementResult>map(Placed::new)
                .orElseGet(() -> new Refused(new RejectionFinder(layout, cluster).find()));
    }

    private SliceRepair slices() {
        return new SliceRepair(layout, cluster, changes, byRank, spares);
    }

    private boolean repairAll(ClusterDomain scope) {
        return slices().repair(0, 0, layout.request().pods(), scope);
    }

    private boolean repairMost(ClusterDomain scope) {
        int pods = layout.request().pods();
        int run = layout.request().granule();
        int leaders = repair.leaders();
        if (layout.request().topology().slices().isEmpty()) {
            slices().replace(0, pods, scope, pods - (survivors().size() - leaders));
        } else {
            for (int from = 0; from < pods; from += run) {
                if (!slices().repair(0, from, run, scope)) {
                    for (int pod = from; pod < from + run; pod++) {
                        byRank[pod + leaders] = null;
                    }
                }
            }
        }
        return survivors().size() - leaders >= layout.request().minPods();
    }

    private boolean seatLeader(ClusterDomain scope) {
        Optional<ResourceVector> leader = layout.request().leader();
        if (leader.isEmpty() || byRank[0] != null) {
            return true;
        }
        Optional<Fit.Seat> seat = Fit.seat(layout, changes.of(layout.shape()), scope);
        seat.ifPresent(found -> {
            byRank[0] = found.host();
            changes.apply(fork -> fork.take(found.host(), leader.get()));
        });
        return seat.isPresent();
    }

    private List<ClusterHost> survivors() {
        List<ClusterHost> hosts = new ArrayList<>();
        for (ClusterHost host : byRank) {
            if (host != null) {
                hosts.add(host);
            }
        }
        return hosts;
    }

    private String level() {
        return cluster.levels().nameOf(layout.required());
    }

    private Placement placement(ClusterDomain scope) {
        List<String> hosts = new ArrayList<>();
        List<Integer> ranks = new ArrayList<>();
        for (int rank = 0; rank < byRank.length; rank++) {
            ClusterHost host = byRank[rank];
            if (host != null) {
                hosts.add(host.name());
                ranks.add(rank);
            }
        }
        FewestDomains fewest = new FewestDomains(layout, TreeGangPlacer.counts(layout, cluster));
        PlacementScore score = new ScoreKeeper(cluster, TreeGangPlacer.counts(layout, cluster))
                .score(survivors(), depth -> Math.max(1, fewest.fewest(scope, depth, 0)));
        return new Placement(hosts, ranks, spareNames(scope), score);
    }

    /** The spares that are left and lie in the required domain, and free hosts up to the number asked for. */
    private List<String> spareNames(ClusterDomain scope) {
        RoomCounts fork = changes.of(flat(layout.shape())).fork();
        List<ClusterHost> kept = new ArrayList<>();
        for (ClusterHost spare : spares) {
            boolean inside = spare.domain().ancestor(scope.depth()) == scope;
            if (inside && kept.size() < layout.request().spares() && fork.pods(spare) > 0) {
                kept.add(spare);
                Forks.take(fork, spare, 1);
            }
        }
        int missing = layout.request().spares() - kept.size();
        kept.addAll(LeastHarm.takeNear(survivors(), scope.depth(), missing, fork));
        return TreeGangPlacer.names(kept);
    }

    private Refused refused(ClusterDomain scope, String why) {
        long required = layout.request().minPods();
        int left = repair.survivors().size() - (repair.survivors().containsKey(0) ? repair.leaders() : 0);
        long room = changes.of(flat(layout.shape())).pods(scope);
        String lost = left + " of at least " + required + " are left";
        return new Refused(new Rejection(
                ReasonCode.TOPOLOGY,
                layout.required() == 0 ? "" : level(),
                layout.required() == 0 ? "" : scope.path(),
                required,
                Math.min(required, left + room),
                Collections.<String, Integer>emptySortedMap(),
                Remedy.WAIT,
                lost + "; " + why));
    }
}
