package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
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
        Best best = most(empty, ignored -> true);
        String text = RejectionText.impossible(layout, cluster.levels(), best.path, required(), best.available);
        return Optional.of(new Rejection(
                ReasonCode.IMPOSSIBLE,
                level(),
                best.path,
                required(),
                best.available,
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
        Remedy helps = holds(counts(CapacityView.IDLE)) ? Remedy.WAIT : Remedy.NOTHING;
        RoomCounts lifted = cluster.counts(layout.shape().withAnyLabels(), CapacityView.LIFTED);
        if (holds(lifted)) {
            Best best = most(now, place -> available(lifted, place) >= required());
            return rejection(ReasonCode.EXCLUDED, best, helps);
        }
        boolean isEnoughInAll = now.pods(cluster.root()) >= layout.request().leastHeld();
        return isEnoughInAll ? rejection(ReasonCode.TOPOLOGY, most(now, place -> true), helps) : capacity(now, helps);
    }

    private Rejection rejection(ReasonCode code, Best best, Remedy helps) {
        SortedMap<String, Integer> excluded = excluded(best);
        String text =
                RejectionText.notNow(layout, cluster.levels(), best.path, required(), best.available, excluded, helps);
        return new Rejection(code, level(), best.path, required(), best.available, excluded, helps, text);
    }

    private Rejection capacity(RoomCounts now, Remedy helps) {
        ClusterDomain root = cluster.root();
        long required = layout.request().leastHeld();
        SortedMap<String, Integer> excluded = excluded(new Best(root));
        String text = RejectionText.capacity(layout, required, now.pods(root), excluded, helps);
        return new Rejection(ReasonCode.CAPACITY, "", "", required, now.pods(root), excluded, helps, text);
    }

    private boolean holds(RoomCounts counts) {
        return GangSize.largest(layout, counts, cluster.root()).isPresent();
    }

    /** In pods, with the spares and the leader, and in whole slices. */
    private long required() {
        GangRequest request = layout.request();
        int granule = layout.granule(0);
        long least = (request.minPods() + granule - 1L) / granule * granule;
        return least + layout.firmSpares() + leaders();
    }

    private int leaders() {
        return layout.request().leader().isPresent() ? 1 : 0;
    }

    /** What a domain or host has of {@link #required}: it holds the gang exactly when this is not less. */
    private long available(RoomCounts counts, Place place) {
        long pods;
        long room;
        int seat = 0;
        if (place.host != null) {
            pods = Fit.podsBesideLeader(layout, counts, place.host);
            room = pods;
            seat = leaders() == 1
                            && counts.hasRoomFor(
                                    place.host, layout.request().leader().orElseThrow())
                    ? 1
                    : 0;
        } else {
            pods = counts.pods(place.domain);
            room = counts.room(place.domain);
            if (leaders() == 1) {
                Optional<Fit.Seat> found = Fit.seat(layout, counts, place.domain);
                seat = found.isPresent() ? 1 : 0;
                room = found.map(Fit.Seat::room).orElse((int) Math.min(room, required() - 1));
            }
        }
        return Math.min(room + layout.firmSpares(), pods) + seat;
    }

    /** A domain, or a host in it. */
    private record Place(ClusterDomain domain, @Nullable ClusterHost host) {}

    private Best most(RoomCounts counts, Predicate<Place> eligible) {
        Best best = new Best(cluster.root());
        visit(cluster.root(), place -> {
            if (eligible.test(place)) {
                best.offer(place, available(counts, place));
            }
        });
        return best;
    }

    private void visit(ClusterDomain domain, Consumer<Place> visitor) {
        if (domain.depth() == layout.required()) {
            visitor.accept(new Place(domain, null));
            return;
        }
        domain.children().forEach(child -> visit(child, visitor));
        domain.hosts().forEach(host -> visitor.accept(new Place(domain, host)));
    }

    /** The first place with the most. */
    private static final class Best {
        private Place place;
        private String path = "";
        private long available = -1;

        Best(ClusterDomain root) {
            this.place = new Place(root, null);
        }

        void offer(Place candidate, long amount) {
            if (amount > available) {
                place = candidate;
                path = candidate.host == null
                        ? candidate.domain.path()
                        : candidate.domain.path() + (candidate.domain.path().isEmpty() ? "" : "/") + candidate.host;
                available = amount;
            }
        }
    }

    private String level() {
        if (layout.required() > 0) {
            return cluster.levels().nameOf(layout.required());
        }
        return "";
    }

    /** Hosts of a place that have room and are kept from the gang, by cause. */
    private SortedMap<String, Integer> excluded(Best best) {
        SortedMap<String, Integer> causes = new TreeMap<>();
        RoomCounts lifted = cluster.counts(layout.shape().withAnyKind(), CapacityView.LIFTED);
        RoomCounts labelled = counts(CapacityView.LIFTED);
        if (best.place.host == null) {
            countExcluded(best.place.domain, lifted, labelled, causes);
        } else {
            countExcluded(best.place.host, lifted, labelled, causes);
        }
        return causes;
    }

    private void countExcluded(
            ClusterDomain domain, RoomCounts lifted, RoomCounts labelled, SortedMap<String, Integer> causes) {
        boolean alike = lifted.hosts(domain) == labelled.hosts(domain) && leaders() == 0;
        if (domain.excludedHosts() == 0 && alike) {
            return;
        }
        for (ClusterDomain child : domain.children()) {
            countExcluded(child, lifted, labelled, causes);
        }
        for (ClusterHost host : domain.hosts()) {
            countExcluded(host, lifted, labelled, causes);
        }
    }

    private void countExcluded(
            ClusterHost host, RoomCounts lifted, RoomCounts labelled, SortedMap<String, Integer> causes) {
        if (!isOfUse(host, lifted)) {
            return;
        }
        Optional<String> cause = host.exclusion().map(Exclusion::name);
        if (cause.isEmpty() && !isOfUse(host, labelled)) {
            cause = Optional.of(OTHER_LABELS);
        }
        cause.ifPresent(name -> causes.merge(name, 1, Integer::sum));
    }

    /** Whether a host has room for a pod or for the leader. */
    private boolean isOfUse(ClusterHost host, RoomCounts counts) {
        return counts.pods(host) > 0
                || layout.request()
                        .leader()
                        .filter(leader -> counts.hasRoomFor(host, leader))
                        .isPresent();
    }

    private RoomCounts counts(CapacityView view) {
        return cluster.counts(layout.shape(), view);
    }
}
