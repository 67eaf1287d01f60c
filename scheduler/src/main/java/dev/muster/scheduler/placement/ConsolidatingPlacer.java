package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.PlacementResult.Placed;
import dev.muster.scheduler.placement.PlacementResult.Refused;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Places small jobs on one host and large ones on whole hosts, as most published trace simulations do, so that results can be compared
 * with theirs. It knows no fabric.
 *
 * <p>Goals: a gang of pods of one accelerator each that is no larger than a host lies on one host; a larger one breaks at most one.
 *
 * <p>Constraints: a gang that would fit only if it were scattered waits. Requests with a leader, spares, a topology, elastic pods or a
 * bound on pods a host are not defined here: {@link TreeGangPlacer} places them.
 *
 * <p>Algorithm: 1. Up to a host's worth goes to the host with the fewest free accelerators that still has room. 2. Of more, each full
 * host's worth takes a host that is wholly free. 3. The rest goes to the host, of those left, with the most free accelerators. Of equal
 * hosts the first of the cluster file is taken.
 *
 * <p>Example: hosts of 8 with 8, 5, 8 and 6 free. 4 go to the second host; 12 take the first one and 4 of the third.
 *
 * <p>Complexity: the hosts of the cluster for each placement, nothing for a gang that is larger than what is free. The rules are those
 * of the simulator of Hu et al., "Characterization and prediction of deep learning workloads in large-scale GPU datacenters" (SC 2021).
 */
public final class ConsolidatingPlacer implements GangPlacer {

    private static final int MOST_A_HOST = 1 << 20;

    private final GangPlacer others = new TreeGangPlacer();
    private final int acceleratorsPerHost;

    /**
     * For hosts of this many accelerators; smaller ones among them are never wholly free.
     *
     * @throws IllegalArgumentException when it is not positive
     */
    public ConsolidatingPlacer(int acceleratorsPerHost) {
        if (acceleratorsPerHost < 1) {
            throw new IllegalArgumentException(
                    "hosts with " + acceleratorsPerHost + " accelerators take no jobs; give at least 1");
        }
        this.acceleratorsPerHost = acceleratorsPerHost;
    }

    /** For the largest hosts of a cluster. */
    public static ConsolidatingPlacer of(ClusterSpec cluster) {
        long largest = cluster.hosts().stream()
                .map(HostSpec::capacity)
                .mapToLong(capacity -> capacity.amount(ResourceVector.ACCELERATORS))
                .max()
                .orElse(0);
        return new ConsolidatingPlacer((int) Math.min(largest, MOST_A_HOST));
    }

    private static boolean isDefined(GangRequest request) {
        return request.leader().isEmpty()
                && request.spares() == 0
                && !request.isElastic()
                && request.podsPerHost() == GangRequest.ANY_NUMBER
                && request.perPod().amount(ResourceVector.ACCELERATORS) == 1
                && request.topology().equals(TopologySpec.ANYWHERE);
    }

    @Override
    public PlacementResult place(GangRequest request, ClusterSnapshot cluster) {
        if (!isDefined(request) || GangLayout.problem(request, cluster.levels()).isPresent()) {
            return others.place(request, cluster);
        }
        return placeIn(request, cluster, counts(request, cluster))
                .<PlacementResult>map(Placed::new)
                .orElseGet(() -> new Refused(reason(request, cluster)));
    }

    /** What another placer could do with scattered accelerators is not the reason here. */
    private Rejection reason(GangRequest request, ClusterSnapshot cluster) {
        return others.place(request, cluster)
                .refused()
                .orElseGet(() -> Rejection.of(
                        ReasonCode.TOPOLOGY,
                        Remedy.WAIT,
                        "needs " + request.pods() + " accelerators; as many are free, but not on " + hostsFor(request)
                                + "; it starts when jobs there end"));
    }

    private String hostsFor(GangRequest request) {
        int hosts = (request.pods() + acceleratorsPerHost - 1) / acceleratorsPerHost;
        return hosts == 1 ? "one host" : hosts + " hosts";
    }

    @Override
    public Optional<Rejection> neverFits(GangRequest request, ClusterSnapshot cluster) {
        Optional<Rejection> never = others.neverFits(request, cluster);
        if (never.isPresent() || !isDefined(request)) {
            return never;
        }
        GangShape shape = GangLayout.of(request, cluster.levels()).shape();
        RoomCounts empty = cluster.counts(shape, CapacityView.EMPTY);
        return choose(request.pods(), cluster, empty).isPresent()
                ? Optional.empty()
                : Optional.of(Rejection.of(
                        ReasonCode.IMPOSSIBLE,
                        Remedy.NOTHING,
                        "needs " + request.pods() + " accelerators on " + hostsFor(request) + " of "
                                + acceleratorsPerHost + "; the cluster has too few such hosts"));
    }

    @Override
    public RoomCounts counts(GangRequest request, ClusterSnapshot cluster) {
        return others.counts(request, cluster);
    }

    @Override
    public boolean fits(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
        return isDefined(request)
                ? choose(request.pods(), cluster, counts).isPresent()
                : others.fits(request, cluster, counts);
    }

    @Override
    public int podsIn(GangRequest request, ClusterSnapshot cluster, ClusterDomain domain, RoomCounts counts) {
        return others.podsIn(request, cluster, domain, counts);
    }

    @Override
    public Optional<Placement> placeIn(GangRequest request, ClusterSnapshot cluster, RoomCounts counts) {
        if (!isDefined(request)) {
            return others.placeIn(request, cluster, counts);
        }
        return choose(request.pods(), cluster, counts).map(hosts -> {
            FewestDomains fewest = new FewestDomains(GangLayout.of(request, cluster.levels()), counts);
            PlacementScore score = new ScoreKeeper(cluster, counts)
                    .score(hosts, depth -> fewest.fewest(cluster.root(), depth, request.pods()));
            return Placement.whole(TreeGangPlacer.names(hosts), List.of(), score);
        });
    }

    @Override
    public PlacementResult repair(Repair repair, ClusterSnapshot cluster) {
        return others.repair(repair, cluster);
    }

    /** The host of each pod; empty when there is no way. */
    private Optional<List<ClusterHost>> choose(int pods, ClusterSnapshot cluster, RoomCounts counts) {
        if (counts.pods(cluster.root()) < pods) {
            return Optional.empty();
        }
        List<ClusterHost> chosen = new ArrayList<>(pods);
        if (pods <= acceleratorsPerHost) {
            add(tightest(pods, cluster, counts), pods, chosen);
            return Optional.of(chosen).filter(hosts -> !hosts.isEmpty());
        }
        int whole = pods / acceleratorsPerHost;
        for (ClusterHost host : cluster.hosts()) {
            if (whole > 0 && counts.pods(host) >= acceleratorsPerHost) {
                add(host, acceleratorsPerHost, chosen);
                whole--;
            }
        }
        int rest = pods % acceleratorsPerHost;
        if (rest > 0) {
            add(roomiest(rest, cluster, counts, chosen), rest, chosen);
        }
        return Optional.of(chosen).filter(hosts -> hosts.size() == pods);
    }

    private static void add(@Nullable ClusterHost host, int pods, List<ClusterHost> chosen) {
        for (int pod = 0; host != null && pod < pods; pod++) {
            chosen.add(host);
        }
    }

    private static @Nullable ClusterHost tightest(int pods, ClusterSnapshot cluster, RoomCounts counts) {
        @Nullable ClusterHost best = null;
        for (ClusterHost host : cluster.hosts()) {
            int free = counts.pods(host);
            if (free >= pods && (best == null || free < counts.pods(best))) {
                best = host;
            }
        }
        return best;
    }

    private static @Nullable ClusterHost roomiest(
            int pods, ClusterSnapshot cluster, RoomCounts counts, List<ClusterHost> taken) {
        @Nullable ClusterHost best = null;
        Set<ClusterHost> others = new LinkedHashSet<>(taken);
        for (ClusterHost host : cluster.hosts()) {
            int free = counts.pods(host);
            if (free >= pods && (best == null || free > counts.pods(best)) && !others.contains(host)) {
                best = host;
            }
        }
        return best;
    }
}
