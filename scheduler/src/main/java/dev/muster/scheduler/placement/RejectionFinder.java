package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why a gang that does not fit does not fit, from counters alone: the same question asked of other views of the
 * capacity tells what stands in the way, in the order of {@link ReasonCode}.
 *
 * <p>Complexity: the domains of the required level; and the hosts of one domain, where some of them are excluded.
 */
final class RejectionFinder {

    private static final String OTHER_LABELS = "LABELS";

    private final GangLayout layout;
    private final ClusterSnapshot cluster;

    RejectionFinder(GangLayout layout, ClusterSnapshot cluster) {
        this.layout = layout;
        this.cluster = cluster;
    }

    /** Why the gang does not even fit the empty cluster; empty when it does. */
    Optional<Rejection> never() {
        RoomCounts empty = counts(CapacityView.EMPTY);
        if (holds(empty)) {
            return Optional.empty();
        }
        ClusterDomain best = most(empty, domain -> true);
        String text = RejectionText.impossible(layout, cluster.levels(), best, required(), available(empty, best));
        return Optional.of(new Rejection(
                ReasonCode.IMPOSSIBLE,
                level(),
                best.path(),
                required(),
                available(empty, best),
                Collections.emptySortedMap(),
                Remedy.NOTHING,
                text));
    }

    /** Why the gang does not fit now; only for one that does not. */
    Rejection find() {
        return never().orElseGet(this::notNow);
    }

    private Rejection notNow() {
        RoomCounts now = counts(CapacityView.NOW);
        RoomCounts lifted = counts(CapacityView.LIFTED);
        Remedy helps = holds(counts(CapacityView.IDLE)) ? Remedy.WAIT : Remedy.NOTHING;
        if (holds(lifted)) {
            return rejection(ReasonCode.EXCLUDED, most(now, domain -> available(lifted, domain) >= required()), helps);
        }
        boolean isEnoughInAll = now.hosts(cluster.root()) >= layout.request().leastHeld();
        if (isEnoughInAll) {
            return rejection(ReasonCode.TOPOLOGY, most(now, domain -> true), helps);
        }
        return capacity(now, helps);
    }

    private Rejection rejection(ReasonCode code, ClusterDomain best, Remedy helps) {
        long available = available(counts(CapacityView.NOW), best);
        SortedMap<String, Integer> excluded = excluded(best);
        String text = RejectionText.notNow(layout, cluster.levels(), best, required(), available, excluded, helps);
        return new Rejection(code, level(), best.path(), required(), available, excluded, helps, text);
    }

    private Rejection capacity(RoomCounts now, Remedy helps) {
        ClusterDomain root = cluster.root();
        long required = layout.request().leastHeld();
        SortedMap<String, Integer> excluded = excluded(root);
        String text = RejectionText.capacity(layout, required, now.hosts(root), excluded, helps);
        return new Rejection(ReasonCode.CAPACITY, "", "", required, now.hosts(root), excluded, helps, text);
    }

    private boolean holds(RoomCounts counts) {
        return GangSize.largest(layout, counts, cluster.root()).isPresent();
    }

    /** In hosts, with the spares, and in whole slices. */
    private long required() {
        GangRequest request = layout.request();
        int granule = layout.granule(0);
        long least = (request.minPods() + granule - 1L) / granule * granule;
        return least + firmSpares();
    }

    private int firmSpares() {
        return layout.request().sparesOptional() ? 0 : layout.request().spares();
    }

    /** What a domain has of {@link #required}: it holds the gang exactly when this is not less. */
    private long available(RoomCounts counts, ClusterDomain domain) {
        return Math.min((long) counts.room(domain) + firmSpares(), counts.hosts(domain));
    }

    private ClusterDomain most(RoomCounts counts, Predicate<ClusterDomain> eligible) {
        Best best = new Best();
        cluster.root().visit(layout.required(), domain -> {
            if (eligible.test(domain)) {
                best.offer(domain, available(counts, domain));
            }
        });
        return best.domain == null ? cluster.root() : best.domain;
    }

    /** The first domain with the most. */
    private static final class Best {
        private @Nullable ClusterDomain domain;
        private long available = -1;

        void offer(ClusterDomain candidate, long amount) {
            if (amount > available) {
                domain = candidate;
                available = amount;
            }
        }
    }

    private String level() {
        if (layout.required() > 0) {
            return cluster.levels().nameOf(layout.required());
        }
        return layout.request().topology().slices().stream()
                .findFirst()
                .map(slice -> slice.within())
                .orElse("");
    }

    /** Hosts of a domain that have room and are kept from the gang, by cause. */
    private SortedMap<String, Integer> excluded(ClusterDomain domain) {
        SortedMap<String, Integer> causes = new TreeMap<>();
        countExcluded(domain, counts(CapacityView.LIFTED), causes);
        if (layout.request().acceleratorType().isPresent()) {
            GangShape shape = layout.shape();
            GangShape anyType = new GangShape(shape.perHost(), Optional.empty(), shape.granules());
            int others = cluster.counts(anyType, CapacityView.NOW).hosts(domain)
                    - counts(CapacityView.NOW).hosts(domain);
            if (others > 0) {
                causes.put(OTHER_LABELS, others);
            }
        }
        return causes;
    }

    private static void countExcluded(ClusterDomain domain, RoomCounts lifted, SortedMap<String, Integer> causes) {
        if (domain.excludedHosts() == 0) {
            return;
        }
        for (ClusterDomain child : domain.children()) {
            countExcluded(child, lifted, causes);
        }
        for (ClusterHost host : domain.hosts()) {
            if (lifted.fits(host)) {
                host.exclusion().ifPresent(cause -> causes.merge(cause.name(), 1, Integer::sum));
            }
        }
    }

    private RoomCounts counts(CapacityView view) {
        return cluster.counts(layout.shape(), view);
    }
}
