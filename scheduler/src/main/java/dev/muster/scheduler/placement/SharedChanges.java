package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.CapacityView;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.GangShape;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Changes that are thought through in the counters of several shapes at once, each made when it is first asked for. */
final class SharedChanges {

    private final ClusterSnapshot cluster;
    private final Map<GangShape, RoomCounts> forks = new LinkedHashMap<>();
    private final List<Consumer<RoomCounts>> changes = new ArrayList<>();

    SharedChanges(ClusterSnapshot cluster) {
        this.cluster = cluster;
    }

    RoomCounts of(GangShape shape) {
        return forks.computeIfAbsent(shape, wanted -> {
            RoomCounts fork = cluster.counts(wanted, CapacityView.NOW).fork();
            changes.forEach(change -> change.accept(fork));
            return fork;
        });
    }

    void apply(Consumer<RoomCounts> change) {
        changes.add(change);
        forks.values().forEach(change);
    }

    /** A pod of a gang begins on a host. */
    void take(ClusterHost host, GangShape gang) {
        if (gang.podsPerHost() == 1) {
            apply(fork -> fork.close(host));
        } else {
            apply(fork -> fork.take(host, gang.perPod()));
        }
    }
}
