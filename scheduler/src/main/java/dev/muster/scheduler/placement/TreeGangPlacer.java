package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterDomain;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Places gangs on a tree of domains.
 *
 * <p>Goals: those of {@link TreePacking} for a gang with a topology; for one without, those of {@link LeastHarm}. An elastic gang
 * gets the most pods that one required domain holds.
 *
 * <p>Constraints: whole gangs only, on hosts that have the room and are not excluded or to be avoided.
 *
 * <p>Algorithm: 1. how large the gang can be is read from the counters of the required domains ({@link GangSize}); if too small,
 * the reason is read from them too ({@link RejectionFinder}). 2. A leader is seated where it costs the gang least ({@link Fit}).
 * 3. The hosts are chosen. 4. Spares are added in the same required domain, as near as possible. 5. Ranks follow the tree
 * ({@link RankOrder}).
 *
 * <p>Complexity: a refusal costs the number of required domains, a placement that of its fit domains plus packing.
 */
public final class TreeGangPlacer implements GangPlacer {

    @Override
    public PlacementResult place(GangRequest request, ClusterSnapshot cluster) {
        Optional<String> problem = GangLayout.problem(request, cluster.levels());
        if (problem.isPresent()) {
            return new Refused(invalid(problem.get()));
        }
        GangLayout layout = GangLayout.of(request, cluster.levels());
        Optional<Placement> placement = placeIn(layout, cluster, counts(layout, cluster));
        return placement.<PlacementResult>map(Placed::new).orElseGet(() -> new Refused(reason(layout, cluster)));
    }

    /** Keeps off the hosts to be avoided for as long as the reason is looked for. */
    private static Rejection reason(GangLayout layout, ClusterSnapshot cluster) {
        return avoiding(layout.request(), cluster, () -> new RejectionFinder(layout, cluster).find());
    }

    private static Rejection avoiding(GangRequest request, ClusterSnapshot cluster, Supplier<Rejection> asking) {
        if (request.avoidHosts().isEmpty()) {
            return asking.get();
        }
        Trial trial = new Trial(cluster);
        for (String name : request.avoidHosts()) {
            Optional<ClusterHost> host = cluster.host(name);
            if (host.isPresent() && host.get().exclusion().isEmpty()) {
                trial.exclude(name, Optional.of(Exclusion.AVOIDED));
            }
        }
        try {
            return asking.get();
        } finally {
            trial.undo();
        }
    }

    private static Rejection invalid(String problem) {
        return Rejection.of(ReasonCode.INVALID, Remedy.NOTHING, "the job " + problem);
    }

    @Override
    public Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster) {
        Optional<String> problem = GangLayout.problem(request, cluster.levels());
        if (problem.isPresent()) {
            return Optional.of(invalid(problem.get()));
        }
        return new RejectionFinder(GangLayout.of(request, cluster.levels()), cluster).never();
    }

    @Override
    public RoomCounts counts(GangRequest request, ClusterSnapshot cluster) {
        return counts(GangLayout.of(request, cluster.levels()), cluster);
    }

    static RoomCounts counts(GangLayout layout, ClusterSnapshot cluster) {
        RoomCounts now = cluster.counts(layout.shape(), CapacityView.NOW);
        if (layout.request().avoidHosts().isEmpty()) {
            return now;
        }
        RoomCounts fork = now.fork();
        for (String name : layout.request().avoidHosts()) {
            cluster.host(name).ifPresent(fork::close);
        }
        return fork;
    }

    @Override
    public boolean fits(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
        GangLayout layout = GangLayout.of(request, cluster.levels());
        return GangSize.largest(layout, counts, cluster.root()).isPresent();
    }

    @Override
    public int podsIn(GangRequest request, ClusterSnapshot cluster, ClusterDomain domain, RoomCounts counts) {
        return Fit.pods(GangLayout.of(request, cluster.levels()), counts, domain);
    }

    @Override
    public Optional<Placement> placeIn(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
        return placeIn(GangLayout.of(request, cluster.levels()), cluster, counts);
    }

    @Override
    public PlacementResult repair(Repair repair, ClusterSnapshot cluster) {
        Optional<String> problem = GangLayout.problem(repair.request(), cluster.levels());
        if (problem.isPresent()) {
            return new Refused(invalid(problem.get()));
        }
        GangLayout layout = GangLayout.of(repair.request(), cluster.levels());
        return new GangRepair(layout, cluster, repair).repair();
    }

    static Optional<Placement> placeIn(GangLayout layout, ClusterSnapshot cluster, RoomCounts counts) {
        return GangSize.largest(layout, counts, cluster.root())
                .map(size -> new Placing(layout, cluster, counts, size).place());
    }

    /** One gang on its way to its hosts; there is room for it. */
    private static final class Placing {
        private final GangLayout layout;
        private final ClusterSnapshot cluster;
        private final RoomCounts counts;
        private final GangSize size;

        Placing(GangLayout layout, ClusterSnapshot cluster, RoomCounts counts, GangSize size) {
            this.layout = layout;
            this.cluster = cluster;
            this.counts = counts;
            this.size = size;
        }

        Placement place() {
            if (layout.counted() == layout.hostDepth()) {
                Optional<ClusterHost> host = new OneHost(layout, counts, size).find(cluster.root());
                if (host.isPresent()) {
                    return onOneHost(host.get());
                }
            }
            return layout.request().leader().isPresent() ? besideLeader() : finished(List.of(), counts, cluster.root());
        }

        private Placement onOneHost(ClusterHost host) {
            int leaders = layout.request().leader().isPresent() ? 1 : 0;
            List<ClusterHost> pods = new ArrayList<>();
            for (int pod = 0; pod < size.pods() + leaders; pod++) {
                pods.add(host);
            }
            List<String> spares = new ArrayList<>();
            for (int spare = 0; spare < size.spares(); spare++) {
                spares.add(host.name());
            }
            return Placement.whole(names(pods), spares, new ScoreKeeper(cluster, counts).score(pods, depth -> 1));
        }

        /** Seats the leader in the tightest required domain that holds the gang beside it. */
        private Placement besideLeader() {
            List<ClusterDomain> domains = new ArrayList<>();
            cluster.root().visit(layout.required(), domain -> {
                if (counts.room(domain) >= size.pods()) {
                    domains.add(domain);
                }
            });
            domains.sort((left, right) -> Integer.compare(counts.pods(left), counts.pods(right)));
            for (ClusterDomain domain : domains) {
                Optional<Fit.Seat> seat = Fit.pods(layout, counts, domain) >= size.pods()
                        ? Fit.seat(layout, counts, domain)
                        : Optional.empty();
                if (seat.isPresent()) {
                    RoomCounts fork = counts.fork();
                    fork.take(seat.get().host(), layout.request().leader().orElseThrow());
                    return finished(List.of(seat.get().host()), fork, domain);
                }
            }
            throw new IllegalStateException("no domain holds " + size + " beside its leader");
        }

        private Placement finished(List<ClusterHost> leader, RoomCounts room, ClusterDomain root) {
            List<ClusterHost> pods = new ArrayList<>(size.pods() + leader.size());
            pods.addAll(leader);
            ClusterDomain fit = root;
            List<HostTake> takes;
            if (layout.anywhere()) {
                takes = new LeastHarm(room).take(root, size.pods());
                takes.sort((left, right) -> RankOrder.INSTANCE.compare(left.host(), right.host()));
            } else {
                TreePacking.Packed packed = new TreePacking(layout, room, size, cluster.domainIds()).pack(root);
                takes = packed.hosts();
                fit = packed.fit();
            }
            for (HostTake take : takes) {
                for (int pod = 0; pod < take.pods(); pod++) {
                    pods.add(take.host());
                }
            }
            ClusterDomain around = fit;
            FewestDomains fewest = new FewestDomains(layout, counts);
            PlacementScore score =
                    new ScoreKeeper(cluster, counts).score(pods, depth -> fewest.fewest(around, depth, size.pods()));
            return Placement.whole(names(pods), spares(pods, takes, room), score);
        }

        private List<String> spares(List<ClusterHost> pods, List<HostTake> takes, RoomCounts room) {
            if (size.spares() == 0) {
                return List.of();
            }
            RoomCounts rest = room.fork();
            takes.forEach(take -> Forks.take(rest, take.host(), take.pods()));
            return names(
                    LeastHarm.takeNear(pods, Math.min(layout.required(), layout.innermost()), size.spares(), rest));
        }
    }

    static List<String> names(List<ClusterHost> hosts) {
        return hosts.stream().map(ClusterHost::name).toList();
    }
}
