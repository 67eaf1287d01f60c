package dev.muster.agent.task;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of this host, by job and epoch. Every order may come twice, late or never. Safe for use from several threads;
 * no method waits for a process.
 */
public final class HostRuns {
    private static final Logger LOG = LoggerFactory.getLogger(HostRuns.class);
    /** Ended runs that the controller does not take note of; beyond it the oldest are dropped. */
    private static final int MAX_RUNS = 1000;

    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final RunContext context;
    private final EpochFences fences;
    private final LinkedHashMap<RunKey, RankSupervisor> runs = new LinkedHashMap<>();
    private boolean closed;

    /**
     * A host with no run.
     *
     * @throws IOException when the fences cannot be read
     */
    public HostRuns(RunContext context, Path dataDirectory) throws IOException {
        this.context = context;
        this.fences = EpochFences.load(dataDirectory.resolve("fences"));
    }

    /**
     * Starts a run, after whatever older run of the job is here is gone.
     *
     * @return its status now; ENDED with a message when it is refused
     */
    public synchronized RunStatus start(RunSpec spec) {
        RankSupervisor known = runs.get(spec.key());
        if (known != null) {
            return known.status();
        }
        if (closed || fences.isClosed(spec.key())) {
            String why =
                    closed ? "the agent is stopping" : "epoch " + spec.key().epoch() + " of this job is over here";
            LOG.info("run {} refused: {}", spec.key(), why);
            return RunStatus.refused(spec, why, context.clocks().wallMillis());
        }
        fences.close(spec.key());
        List<RankSupervisor> older = supersede(spec.key());
        RankSupervisor run = new RankSupervisor(spec, context, older, this::prune);
        makeRoom();
        runs.put(spec.key(), run);
        LOG.info(
                "run {} ({}/{}, attempt {}): {} ranks from {}",
                spec.key(),
                spec.namespace(),
                spec.name(),
                spec.attempt(),
                spec.ranks(),
                spec.firstRank());
        run.begin();
        return run.status();
    }

    /**
     * Orders a run to stop. A run that is not known can never start any more.
     *
     * @return its status now
     */
    public synchronized RunStatus stop(StopOrder order) {
        RankSupervisor run = runs.get(order.key());
        if (run == null) {
            fences.close(order.key());
            supersede(order.key());
            return new RunStatus(order.key(), RunPhase.ENDED, List.of(), "not known on this host");
        }
        run.stop(order);
        return run.status();
    }

    /** The controller has recorded how the run ended. A run that has not ended stays. */
    public synchronized void forget(RunKey key) {
        RankSupervisor run = runs.get(key);
        if (run != null && run.hasEnded()) {
            runs.remove(key);
        }
    }

    /** Every run that is held, ended ones too. */
    public synchronized List<RunStatus> statuses() {
        return runs.values().stream().map(RankSupervisor::status).toList();
    }

    /** The status of one run, if it is held. */
    public synchronized Optional<RunStatus> status(RunKey key) {
        return Optional.ofNullable(runs.get(key)).map(RankSupervisor::status);
    }

    /** The specification of each run that has not ended. */
    public synchronized List<RunSpec> live() {
        return runs.values().stream()
                .filter(run -> !run.hasEnded())
                .map(RankSupervisor::spec)
                .toList();
    }

    /** The latest progress of each run that has told one. */
    public synchronized Map<RunKey, Progress> progress() {
        Map<RunKey, Progress> latest = new LinkedHashMap<>();
        runs.forEach((key, run) -> run.progress().ifPresent(progress -> latest.put(key, progress)));
        return latest;
    }

    /** Kills a run at once, from the calling thread. */
    public void killNow(RunKey key, String reason) {
        RankSupervisor run;
        synchronized (this) {
            run = runs.get(key);
        }
        if (run != null && !run.hasEnded()) {
            run.killNow(reason);
        }
    }

    /** The output of a rank, of a run that goes on or of an ended one whose output is still kept. */
    public Optional<OutputLog> output(RunKey key, int rank) throws IOException {
        Optional<OutputLog> live;
        synchronized (this) {
            live = Optional.ofNullable(runs.get(key)).flatMap(run -> run.output(rank));
        }
        return live.isPresent() ? live : context.store().existing(key, rank);
    }

    /**
     * Stops every run, refuses new ones, and waits until all have ended or the limit has passed.
     *
     * @return whether all have ended
     */
    public boolean close(String reason, Duration termGrace, Duration limit) {
        synchronized (this) {
            closed = true;
            runs.forEach((key, run) -> run.stop(new StopOrder(key, reason, "", Duration.ZERO, termGrace)));
        }
        long deadline = context.clocks().nanos() + limit.toNanos();
        while (!live().isEmpty() && context.clocks().nanos() < deadline) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        return live().isEmpty();
    }

    // Kills every older run of the job, and says which are not gone yet.
    private List<RankSupervisor> supersede(RunKey newer) {
        List<RankSupervisor> older = runs.values().stream()
                .filter(run -> run.spec().key().jobUid().equals(newer.jobUid()) && !run.hasEnded())
                .filter(run -> run.spec().key().epoch() < newer.epoch())
                .toList();
        older.forEach(run -> run.stop(StopOrder.kill(run.spec().key(), "superseded by epoch " + newer.epoch())));
        return older;
    }

    private void makeRoom() {
        while (runs.size() >= MAX_RUNS) {
            Optional<RunKey> ended = runs.values().stream()
                    .filter(RankSupervisor::hasEnded)
                    .map(run -> run.spec().key())
                    .findFirst();
            if (ended.isEmpty()) {
                return;
            }
            LOG.warn("run {} ended, but the controller never took note; dropped", ended.get());
            runs.remove(ended.get());
        }
    }

    private void prune() {
        context.store().prune(key -> {
            synchronized (this) {
                RankSupervisor run = runs.get(key);
                return run != null && !run.hasEnded();
            }
        });
    }
}
