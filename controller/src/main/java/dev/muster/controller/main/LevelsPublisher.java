package dev.muster.controller.main;

import dev.muster.controller.goodput.Goodput;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.metrics.ControllerMetrics;
import dev.muster.controller.metrics.Levels;
import dev.muster.controller.metrics.Levels.Accelerators;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turns;
import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.NodeViews;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import dev.muster.controller.reconcile.GoodputMarks;
import dev.muster.controller.reconcile.LedgerKeeper;
import dev.muster.controller.session.HostReadings;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Publishes how things stand for the next scrape; walks the fleet now and then, never on the way of a job. */
final class LevelsPublisher {

    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final String UNKNOWN_TYPE = "unknown";

    private final ClusterModel model;
    private final NodeViews nodes;
    private final HostReadings agents;
    private final LedgerKeeper ledgers;
    private final GoodputMarks marks;
    private final ControllerMetrics metrics;
    private final Observers observers;
    private final EventLoop loop;
    private final RevisionWatch revisions;

    LevelsPublisher(
            ClusterModel model,
            NodeViews nodes,
            HostReadings agents,
            LedgerKeeper ledgers,
            GoodputMarks marks,
            ControllerMetrics metrics,
            Observers observers,
            EventLoop loop,
            RevisionWatch revisions) {
        this.model = model;
        this.nodes = nodes;
        this.agents = agents;
        this.ledgers = ledgers;
        this.marks = marks;
        this.metrics = metrics;
        this.observers = observers;
        this.loop = loop;
        this.revisions = revisions;
    }

    void begin(Turns turns) {
        loop.schedule("levels", EVERY, turns.operation(turn -> {
            revisions.look();
            metrics.publish(levels(turn.now()));
            begin(turns);
            return true;
        }));
    }

    private Levels levels(Instant now) {
        Map<NodeState, Long> hosts = new EnumMap<>(NodeState.class);
        SortedMap<String, Accelerators> accelerators = new TreeMap<>();
        for (NodeRecord node : model.nodesAfter("")) {
            NodeView view = nodes.of(node, now);
            hosts.merge(view.state(), 1L, Long::sum);
            accelerators.merge(node.acceleratorType().orElse(UNKNOWN_TYPE), accelerators(view), LevelsPublisher::sum);
        }
        return new Levels(
                jobs(),
                waiting(),
                hosts,
                accelerators,
                goodput(),
                agents.connectedHosts().size(),
                revisions.revision(),
                observers.loopBacklog(),
                true);
    }

    private Map<JobState, Long> jobs() {
        Map<JobState, Long> counts = new EnumMap<>(JobState.class);
        for (JobPhase phase : JobPhase.values()) {
            counts.put(JobState.valueOf(phase.name()), (long) model.jobsIn(phase));
        }
        long held = model.waiting().stream().filter(job -> job.status().held()).count();
        counts.put(JobState.HELD, held);
        counts.merge(JobState.PENDING, -held, Long::sum);
        return counts;
    }

    private SortedMap<String, Long> waiting() {
        SortedMap<String, Long> counts = new TreeMap<>();
        for (JobRecord job : model.waiting()) {
            counts.merge(job.spec().queue(), 1L, Long::sum);
        }
        return counts;
    }

    private static Accelerators accelerators(NodeView view) {
        long all = view.record().capacity().amount(ResourceVector.ACCELERATORS);
        long used = Math.min(all, view.used().amount(ResourceVector.ACCELERATORS));
        return view.state() == NodeState.READY
                ? new Accelerators(used, all - used, 0)
                : new Accelerators(used, 0, all - used);
    }

    private static Accelerators sum(Accelerators left, Accelerators right) {
        return new Accelerators(
                left.used() + right.used(), left.free() + right.free(), left.unavailable() + right.unavailable());
    }

    private Levels.Goodput goodput() {
        SortedMap<String, SortedMap<String, Long>> amounts = new TreeMap<>();
        ledgers.settledTime().byQueue().forEach((queue, sums) -> {
            SortedMap<String, Long> byLabel = new TreeMap<>();
            sums.forEach((bucket, millis) -> byLabel.put(bucket.label(), millis));
            amounts.put(queue, byLabel);
        });
        SortedMap<String, Levels.Ratios> ratios = new TreeMap<>();
        marks.latest().forEach((queue, goodput) -> ratios.put(queue, ratios(goodput)));
        Goodput cluster = marks.latest().values().stream().reduce(Goodput.NONE, Goodput::plus);
        return new Levels.Goodput(amounts, ratios(cluster), ratios);
    }

    private static Levels.Ratios ratios(Goodput goodput) {
        return new Levels.Ratios(goodput.report().effectiveTrainingTimeRatio(), goodput.lastHourRatio());
    }
}
