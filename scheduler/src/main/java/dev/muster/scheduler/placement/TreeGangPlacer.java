package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.cluster.Trial;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.placement.PlacementResult.Placed;
import dev.muster.scheduler.placement.PlacementResult.Refused;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Places gangs on a tree of domains.
 *
 * <p>Goals: those of {@link TreePacking} for a gang with a topology; for one without, those of {@link LeastHarm}. An elastic gang
 * gets the most hosts that one required domain holds.
 *
 * <p>Constraints: whole gangs only, each host once, on hosts that have the room and are not excluded or to be avoided.
 *
 * <p>Algorithm: 1. how large the gang can be is read from the counters of the required domains ({@link GangSize}); if too small,
 * the reason is read from them too ({@link RejectionFinder}). 2. The hosts are chosen. 3. Spares are added in the same required
 * domain, as near as possible. 4. Ranks follow the tree ({@link RankOrder}).
 *
 * <p>Complexity: a refusal costs the number of required domains, a placement that of its fit domains plus packing.
 */
public final class TreeGangPlacer implements GangPlacer {

    @Override
    public PlacementResult place(GangRequest request, ClusterSnapshot cluster) {
        return withLayout(request, cluster, layout -> placeOrRefuse(layout, cluster));
    }

    @Override
    public Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster) {
        Optional<String> problem = GangLayout.problem(request, cluster.levels());
        if (problem.isPresent()) {
            return Optional.of(invalid(problem.get()));
        }
        GangLayout layout = GangLayout.of(request, cluster.levels());
        return new RejectionFinder(layout, cluster).never();
    }

    @Override
    public PlacementResult repair(
            GangRequest request, List<String> survivorHosts, List<String> spareHosts, ClusterSnapshot cluster) {
        return withLayout(
                request, cluster, layout -> new GangRepair(layout, cluster, survivorHosts, spareHosts).repair());
    }

    private static PlacementResult withLayout(
            GangRequest request, ClusterSnapshot cluster, Function<GangLayout, PlacementResult> placing) {
        Optional<String> problem = GangLayout.problem(request, cluster.levels());
        if (problem.isPresent()) {
            return new Refused(invalid(problem.get()));
        }
        GangLayout layout = GangLayout.of(request, cluster.levels());
        return avoiding(request, cluster, () -> placing.apply(layout));
    }

    private static Rejection invalid(String problem) {
        return Rejection.of(ReasonCode.INVALID, Remedy.NOTHING, "the job " + problem);
    }

    /** Keeps off the hosts to be avoided for as long as something is asked. */
    private static PlacementResult avoiding(
            GangRequest request, ClusterSnapshot cluster, Supplier<PlacementResult> placing) {
        Trial trial = new Trial(cluster);
        for (String name : request.avoidHosts()) {
            Optional<ClusterHost> host = cluster.host(name);
            if (host.isPresent() && host.get().exclusion().isEmpty()) {
                trial.exclude(name, Optional.of(Exclusion.AVOIDED));
            }
        }
        try {
            return placing.get();
        } finally {
            trial.undo();
        }
    }

    static PlacementResult placeOrRefuse(GangLayout layout, ClusterSnapshot cluster) {
        RoomCounts now = cluster.counts(layout.shape(), CapacityView.NOW);
        Optional<GangSize> size = GangSize.largest(layout, now, cluster.root());
        if (size.isEmpty()) {
            return new Refused(new RejectionFinder(layout, cluster).find());
        }
        return new Placed(
                layout.anywhere()
                        ? placeAnywhere(layout, cluster, size.get(), now)
                        : placeNear(layout, cluster, size.get(), now));
    }

    private static Placement placeAnywhere(GangLayout layout, ClusterSnapshot cluster, GangSize size, RoomCounts now) {
        List<ClusterHost> hosts = new LeastHarm(now).take(cluster.root(), size.hosts());
        hosts.sort(RankOrder.INSTANCE);
        PlacementScore score =
                RankOrder.score(hosts, cluster, depth -> TreePacking.fewest(cluster.root(), depth, size.hosts(), now));
        return new Placement(names(hosts), spares(layout, hosts, size, now), score);
    }

    private static Placement placeNear(GangLayout layout, ClusterSnapshot cluster, GangSize size, RoomCounts now) {
        TreePacking.Packed packed = new TreePacking(layout, now, size).pack(cluster.root());
        PlacementScore score = RankOrder.score(
                packed.hosts(), cluster, depth -> TreePacking.fewest(packed.fit(), depth, size.hosts(), now));
        return new Placement(names(packed.hosts()), spares(layout, packed.hosts(), size, now), score);
    }

    private static List<String> spares(GangLayout layout, List<ClusterHost> hosts, GangSize size, RoomCounts now) {
        LeastHarm leastHarm = new LeastHarm(now);
        if (size.spares() == 0) {
            return List.of();
        }
        hosts.forEach(leastHarm::reserve);
        return names(leastHarm.takeNear(hosts, layout.required(), size.spares()));
    }

    static List<String> names(List<ClusterHost> hosts) {
        return hosts.stream().map(ClusterHost::name).toList();
    }
}
