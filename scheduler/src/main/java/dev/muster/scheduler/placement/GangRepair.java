package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.placement.PlacementResult.Placed;
import dev.muster.scheduler.placement.PlacementResult.Refused;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds replacements for the lost hosts of a gang.
 *
 * <p>Goals: every survivor stays. The most hosts, up to what was asked for; then the fewest that are no spares; then the fewest
 * domains that are new to the gang, by level; then the tightest fit.
 *
 * <p>Constraints: the required domain is that of the survivors. Each domain of a slice's level ends up with whole slices, so what a
 * broken slice lost comes back inside its own domain.
 *
 * <p>Algorithm: {@link ExactPacking} over the hosts to be added, with the survivors as hosts that are kept, and the spares as hosts
 * that come first.
 *
 * <p>Example: slices of 2 within a rack; r1 keeps both of its hosts, r2 one of two; one host is to be added. In r1 it would make
 * 3, which is no whole number of slices; in r2 it makes 2. A spare in r1 does not help, a free host of r2 does.
 *
 * <p>Complexity: that of the packing, with the number of lost hosts for the size. Past {@value #MOST_STEPS} steps, when most of a very
 * large gang is lost, it answers that there is no repair, and the gang is placed anew.
 */
final class GangRepair implements Stock {

    private static final long MOST_STEPS = 30_000_000;

    private final GangLayout layout;
    private final ClusterSnapshot cluster;
    private final RoomCounts now;
    private final List<ClusterHost> survivors = new ArrayList<>();
    private final List<ClusterHost> spares = new ArrayList<>();
    private final Map<ClusterDomain, Integer> survivorsBelow = new LinkedHashMap<>();
    private final Map<ClusterDomain, Integer> sparesBelow = new LinkedHashMap<>();
    private final LeastHarm free;

    GangRepair(GangLayout layout, ClusterSnapshot cluster, List<String> survivorHosts, List<String> spareHosts) {
        this.layout = layout;
        this.cluster = cluster;
        this.now = cluster.counts(layout.shape(), CapacityView.NOW);
        this.free = new LeastHarm(now);
        for (String name : survivorHosts) {
            ClusterHost host = cluster.host(name)
                    .orElseThrow(() -> new IllegalArgumentException("survivor " + name + " is not in the cluster"));
            survivors.add(host);
            free.reserve(host);
            countUp(host, survivorsBelow);
        }
        for (String name : spareHosts) {
            cluster.host(name).filter(host -> !survivorHosts.contains(name)).ifPresent(host -> {
                free.reserve(host);
                if (host.exclusion().isEmpty()) {
                    spares.add(host);
                    countUp(host, sparesBelow);
                }
            });
        }
    }

    private static void countUp(ClusterHost host, Map<ClusterDomain, Integer> below) {
        for (ClusterDomain domain = host.domain();
                domain != null;
                domain = domain.parent().orElse(null)) {
            below.merge(domain, 1, Integer::sum);
        }
    }

    @Override
    public int kept(ClusterDomain domain) {
        return survivorsBelow.getOrDefault(domain, 0);
    }

    @Override
    public int available(ClusterDomain domain) {
        return free.available(domain) + sparesBelow.getOrDefault(domain, 0);
    }

    @Override
    public int preferred(ClusterDomain innermost) {
        return sparesBelow.getOrDefault(innermost, 0);
    }

    PlacementResult repair() {
        int most = layout.request().pods() - survivors.size();
        if (most < 0) {
            return new Refused(Rejection.of(
                    ReasonCode.INVALID,
                    Remedy.NOTHING,
                    "the gang has " + survivors.size() + " survivors of "
                            + layout.request().pods() + " hosts"));
        }
        if (survivors.isEmpty() && spares.isEmpty()) {
            return TreeGangPlacer.placeOrRefuse(layout, cluster);
        }
        ClusterDomain scope = scope();
        if (kept(scope) < survivors.size()) {
            return refused(scope, "its survivors lie in more than one " + level());
        }
        if (ExactPacking.steps(layout, this, scope, most, MOST_STEPS) > MOST_STEPS) {
            return refused(scope, "too many of its hosts are lost for a repair");
        }
        if (scope.depth() == layout.innermost()) {
            return inOneDomain(scope, most);
        }
        PackingCost cost = new PackingCost(layout, scope.depth(), Math.max(1, most), now.hosts(cluster.root()) + most);
        ExactPacking packing = new ExactPacking(layout, now, this, cost, scope, most);
        int least = Math.max(0, layout.request().minPods() - survivors.size());
        for (int added = most; added >= least; added--) {
            Optional<List<Take>> takes = packing.takes(added);
            if (takes.isPresent() && (survivors.size() + added) % layout.granule(0) == 0) {
                return new Placed(placement(takes.get()));
            }
        }
        return refused(scope, "no free host or spare that its topology allows can take the place of a lost one");
    }

    private PlacementResult inOneDomain(ClusterDomain scope, int most) {
        int granule = layout.granule(0);
        int total = survivors.size() + Math.min(most, available(scope));
        total -= total % granule;
        if (total < Math.max(survivors.size(), layout.request().minPods())) {
            return refused(scope, "no free host or spare that its topology allows can take the place of a lost one");
        }
        int added = total - survivors.size();
        return new Placed(placement(added == 0 ? List.of() : List.of(new Take(scope, added))));
    }

    /** The required domain: that of the survivors, or without any that of the spares. */
    private ClusterDomain scope() {
        List<ClusterHost> anchors = survivors.isEmpty() ? spares : survivors;
        return anchors.isEmpty() ? cluster.root() : anchors.get(0).domain().ancestor(layout.required());
    }

    private String level() {
        return cluster.levels().nameOf(layout.required());
    }

    private Placement placement(List<Take> takes) {
        List<ClusterHost> hosts = new ArrayList<>(survivors);
        List<ClusterHost> spareLeft = new ArrayList<>(spares);
        spareLeft.sort(RankOrder.INSTANCE);
        for (Take take : takes) {
            int before = hosts.size();
            for (ClusterHost spare : List.copyOf(spareLeft)) {
                if (hosts.size() - before < take.hosts()
                        && spare.domain().path().equals(take.domain().path())) {
                    hosts.add(spare);
                    spareLeft.remove(spare);
                }
            }
            hosts.addAll(free.take(take.domain(), take.hosts() - (hosts.size() - before)));
        }
        hosts.sort(RankOrder.INSTANCE);
        PlacementScore score = RankOrder.score(hosts, cluster, depth -> 1);
        return new Placement(TreeGangPlacer.names(hosts), spareNames(hosts, spareLeft), score);
    }

    /** The spares that are left and still lie in the required domain, and free hosts up to the number asked for. */
    private List<String> spareNames(List<ClusterHost> hosts, List<ClusterHost> spareLeft) {
        List<ClusterHost> kept = new ArrayList<>();
        String scope = hosts.get(0).domain().ancestor(layout.required()).path();
        for (ClusterHost spare : spareLeft) {
            boolean isInside = spare.domain().ancestor(layout.required()).path().equals(scope);
            if (isInside && kept.size() < layout.request().spares()) {
                kept.add(spare);
            }
        }
        kept.addAll(free.takeNear(hosts, layout.required(), layout.request().spares() - kept.size()));
        return TreeGangPlacer.names(kept);
    }

    private Refused refused(ClusterDomain scope, String why) {
        long required = layout.request().minPods();
        long available = Math.min(required, (long) survivors.size() + available(scope));
        String lost = survivors.size() + " of at least " + required + " hosts are left";
        return new Refused(new Rejection(
                ReasonCode.TOPOLOGY,
                layout.required() == 0 ? "" : level(),
                scope.path(),
                required,
                available,
                Collections.emptySortedMap(),
                Remedy.WAIT,
                lost + "; " + why));
    }
}
