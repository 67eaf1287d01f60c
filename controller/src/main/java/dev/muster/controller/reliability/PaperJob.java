package dev.muster.controller.reliability;

import dev.muster.controller.goodput.GoodputAccounting;
import dev.muster.controller.goodput.GoodputReport;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.LifecycleEvent.GangRunning;
import dev.muster.controller.state.LifecycleEvent.GangStopped;
import dev.muster.controller.state.LifecycleEvent.HostLost;
import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.controller.state.LifecycleEvent.ProgressReported;
import dev.muster.controller.state.LifecycleEvent.RankFailed;
import dev.muster.controller.state.LifecycleEvent.SpareGone;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.state.Progress;
import dev.muster.controller.state.Transition;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One job that nobody runs: what happens to it goes through the life cycle and the ledger that the controller uses. */
final class PaperJob {

    /** What fails here is random, so no number of failures says that the program is bad. */
    private static final RestartSpec ENDLESS = new RestartSpec(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            new RestartSpec.Fuse(Integer.MAX_VALUE, Duration.ofMinutes(10)),
            Duration.ofDays(1),
            Duration.ofDays(1),
            Optional.empty());

    private static final String NAME = "paper";
    private static final int MASTER_PORT = 29_500;

    private JobRecord record;
    private JobLedger ledger;
    private Optional<PlacementRecord> placement = Optional.empty();

    PaperJob(ReliabilitySettings settings) {
        record = JobLifecycle.submitted(NAME, NAME, spec(settings), false, Instant.EPOCH)
                .record();
        ledger = GoodputAccounting.opened(record, Instant.EPOCH);
    }

    private static JobSpec spec(ReliabilitySettings settings) {
        GangSpec gang = new GangSpec(
                settings.hosts(),
                settings.hosts(),
                settings.spares(),
                ResourceVector.of(settings.acceleratorsPerHost(), 0, 0),
                Optional.empty(),
                ProcessLayout.PER_ACCELERATOR);
        return new JobSpec(
                new JobKey("default", NAME),
                JobSpec.DEFAULT_QUEUE,
                0,
                gang,
                TopologySpec.ANYWHERE,
                Optional.empty(),
                false,
                Duration.ZERO,
                Optional.empty(),
                ENDLESS,
                TemplateSpec.ofCommand(List.of("train"), Map.of()));
    }

    /** The next attempt, with this many spares; the hosts that were lost have others in their place. */
    void placed(List<HostAssignment> hosts, List<HostAssignment> spares, long atMillis) {
        Instant at = Instant.ofEpochMilli(atMillis);
        fire(
                new Placed(new PlacementRecord(
                        record.uid(),
                        epoch() + 1,
                        hosts,
                        spares,
                        hosts.get(0).host(),
                        MASTER_PORT,
                        at,
                        Optional.empty(),
                        Optional.empty(),
                        "")),
                atMillis);
    }

    void running(long atMillis) {
        fire(new GangRunning(epoch()), atMillis);
    }

    void progressed(long step, long checkpoint, long savedMillis, long atMillis) {
        Progress progress = new Progress(
                step, checkpoint, OptionalDouble.empty(), 0, savedMillis / 1000.0, Instant.ofEpochMilli(atMillis));
        fire(new ProgressReported(epoch(), progress), atMillis);
    }

    void hostLost(String host, long atMillis) {
        fire(new HostLost(epoch(), host, ""), atMillis);
    }

    void spareLost(String host, long atMillis) {
        fire(new SpareGone(epoch(), host, ""), atMillis);
    }

    void programFailed(String host, long atMillis) {
        fire(new RankFailed(epoch(), host, 0, 1, ""), atMillis);
    }

    void stopped(long atMillis) {
        fire(new GangStopped(epoch()), atMillis);
    }

    int epoch() {
        return record.status().attempt();
    }

    /** The newest step that is safe. */
    long checkpoint() {
        return record.status().progress().map(Progress::checkpoint).orElse(0L);
    }

    List<HostAssignment> hosts() {
        return placement.map(PlacementRecord::hosts).orElse(List.of());
    }

    List<HostAssignment> spares() {
        return placement.map(PlacementRecord::spares).orElse(List.of());
    }

    GoodputReport report(long atMillis) {
        return ledger.at(Instant.ofEpochMilli(atMillis));
    }

    private void fire(LifecycleEvent event, long atMillis) {
        Instant at = Instant.ofEpochMilli(atMillis);
        Transition transition = JobLifecycle.on(record, placement, event, at);
        ledger = GoodputAccounting.book(ledger, record, transition, at);
        record = transition.record();
        placement = transition.placement().or(() -> placement);
    }

    /** These hosts, but for those that were lost others in their places. */
    static List<HostAssignment> replaced(List<HostAssignment> hosts, Map<Integer, String> byNodeRank) {
        if (byNodeRank.isEmpty()) {
            return hosts;
        }
        List<HostAssignment> next = new ArrayList<>(hosts);
        byNodeRank.forEach((rank, name) -> {
            HostAssignment old = next.get(rank);
            next.set(rank, new HostAssignment(name, old.path(), rank, old.firstRank(), old.ranks()));
        });
        return List.copyOf(next);
    }
}
