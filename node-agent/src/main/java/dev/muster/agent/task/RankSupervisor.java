package dev.muster.agent.task;

import dev.muster.agent.process.ProcessEntry;
import dev.muster.agent.process.ProcessRunner.RankLaunch;
import dev.muster.agent.process.ProcessTree;
import dev.muster.agent.process.RunToken;
import dev.muster.agent.process.Signal;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the ranks of one run on this host, from the order to start until nothing of it is left.
 *
 * <p>Each run has a thread that goes through that life from top to bottom. Only this thread starts processes, and it
 * looks whether the run was stopped before each one; so once it has begun to kill, nothing new appears. Whatever blocks
 * it, such as a file server that hangs, holds up no other run and no heartbeat.
 */
final class RankSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(RankSupervisor.class);
    private static final long TICK_NANOS = Duration.ofMillis(25).toNanos();
    private static final long PROGRESS_NANOS = Duration.ofMillis(250).toNanos();
    private static final long STUCK_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_SWEEP_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long OUTPUT_MILLIS = 500;
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(5);
    /** Two looks in a row: a process can be hard to see while it becomes another program. */
    private static final int CLEAN_SWEEPS = 2;

    private final RunSpec spec;
    private final RunContext context;
    private final List<RankSupervisor> predecessors;
    private final Runnable afterEnd;
    private final RunBoard board;
    private final StopClock stop = new StopClock();
    private final ProgressFile progressFile;
    private final List<RunningRank> running = new CopyOnWriteArrayList<>();
    /** Who sets it decides how the run goes on: its thread by starting processes, or a stop by ending it before. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private final Thread thread;
    private volatile boolean told;
    private volatile Optional<Progress> progress = Optional.empty();
    private long nextProgressNanos = Long.MIN_VALUE;
    private long malformedSeen;

    /**
     * A run that has not begun.
     *
     * @param predecessors older runs of the same job, which must be gone before this one starts
     * @param afterEnd called on the run's thread once it has ended
     */
    RankSupervisor(RunSpec spec, RunContext context, List<RankSupervisor> predecessors, Runnable afterEnd) {
        this.spec = spec;
        this.context = context;
        this.predecessors = List.copyOf(predecessors);
        this.afterEnd = afterEnd;
        this.board = new RunBoard(spec, context.listener());
        this.progressFile = new ProgressFile(context.store().progressFile(spec.key()));
        this.thread = new Thread(this::live, "run-" + spec.key());
        thread.setDaemon(true);
    }

    void begin() {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // The operating system gives no more threads.
            decided.set(true);
            finish("the host cannot start another thread: " + e.getMessage());
        }
    }

    RunSpec spec() {
        return spec;
    }

    RunStatus status() {
        return board.status();
    }

    boolean hasEnded() {
        return board.status().hasEnded();
    }

    Optional<Progress> progress() {
        return progress;
    }

    Optional<OutputLog> output(int rank) {
        return running.stream()
                .filter(candidate -> candidate.rank() == rank)
                .map(RunningRank::output)
                .findFirst();
    }

    /** Orders the run to stop; the report of its end follows. */
    void stop(StopOrder order) {
        stop.order(order, now());
        if (decided.compareAndSet(false, true)) {
            // Nothing was started yet and nothing will be.
            finish(stop.reason());
        }
        LockSupport.unpark(thread);
    }

    /** Kills everything from the calling thread, without any grace and without waiting for anything. */
    void killNow(String reason) {
        told = true;
        stop(StopOrder.kill(spec.key(), reason));
        try {
            context.sweeper().kill(tree());
        } catch (IOException e) {
            LOG.warn("run {}: cannot list processes, trying again: {}", spec.key(), e.getMessage());
        }
    }

    private void live() {
        try {
            awaitPredecessors();
            RunPreparation preparation = RunPreparation.prepare(spec, context);
            if (decided.compareAndSet(false, true)) {
                work(preparation);
            }
        } catch (IOException | InvalidPathException e) {
            LOG.warn("run {} cannot start: {}", spec.key(), e.getMessage());
            if (decided.compareAndSet(false, true)) {
                finish(String.valueOf(e.getMessage()));
            }
        } finally {
            // Once more, for a run that was stopped while it was being prepared.
            context.ledger().release(spec.key());
        }
        afterEnd.run();
    }

    private void work(RunPreparation preparation) {
        String failure = "";
        try {
            startRanks(preparation);
            watch();
            stopRanks();
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = "the agent failed on this run: " + e;
            LOG.error("run {} is killed after an error of the agent", spec.key(), e);
        }
        killRest();
        finish(failure.isEmpty() ? stop.reason() : failure);
    }

    private void awaitPredecessors() {
        while (!predecessors.stream().allMatch(RankSupervisor::hasEnded) && !decided.get()) {
            LockSupport.parkNanos(this, TICK_NANOS);
        }
    }

    private void startRanks(RunPreparation preparation) {
        boolean complete = true;
        for (int local = 0; local < spec.ranks() && !stop.isOrdered(); local++) {
            complete &= startRank(preparation, local);
        }
        if (complete && !stop.isOrdered()) {
            board.phase(RunPhase.RUNNING);
        }
    }

    private boolean startRank(RunPreparation preparation, int local) {
        int rank = spec.firstRank() + local;
        RunToken token =
                new RunToken(context.owner(), spec.key().jobUid(), spec.key().epoch(), rank);
        RankLaunch launch =
                new RankLaunch(token, spec.command(), preparation.environment().of(local), preparation.directory());
        try {
            OutputLog output = context.store().create(spec.key(), rank);
            start(launch, output);
        } catch (IOException e) {
            String message = "cannot start: " + e.getMessage();
            LOG.warn("run {} rank {} {}", spec.key(), rank, message);
            long atMillis = context.clocks().wallMillis();
            board.rank(rank, status -> status.ended(RankState.FAILED, 0, message, atMillis));
            return false;
        }
        List<Integer> devices = RankEnvironment.share(preparation.devices(), local, spec.ranks());
        board.rank(rank, status -> status.started(context.clocks().wallMillis(), devices));
        return true;
    }

    private void start(RankLaunch launch, OutputLog output) throws IOException {
        try {
            RunningRank rank = new RunningRank(launch.token(), context.runner().start(launch), output);
            running.add(rank);
            rank.copyOutput();
        } catch (IOException e) {
            output.complete();
            throw e;
        }
    }

    private void watch() {
        collectEnded();
        while (!stop.isOrdered() && !board.allRanksEnded()) {
            LockSupport.parkNanos(this, TICK_NANOS);
            pollProgress();
            collectEnded();
        }
    }

    private void stopRanks() {
        if (!stop.isOrdered() || board.allRanksEnded()) {
            return;
        }
        // What is told after STOPPING happened after it: the controller takes a newer checkpoint for the one asked for.
        pollProgressNow();
        board.phase(RunPhase.STOPPING);
        letCheckpoint();
        told = true;
        if (stop.termGraceNanos() > 0) {
            letTerminate();
        }
    }

    private void letCheckpoint() {
        Optional<Signal> signal = Signal.parse(stop.signal());
        if (signal.isEmpty()) {
            return;
        }
        long before = checkpoint();
        try {
            List<ProcessEntry> catchers = context.sweeper().catchers(tree(), signal.get());
            if (catchers.isEmpty()) {
                LOG.info("run {}: no process handles {}, so it cannot checkpoint", spec.key(), stop.signal());
                return;
            }
            told = true;
            context.runner().run(Signal.command(signal.get(), catchers), SIGNAL_LIMIT);
        } catch (IOException e) {
            LOG.warn("run {}: cannot send {}: {}", spec.key(), stop.signal(), e.getMessage());
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        while (stop.mayCheckpoint(now()) && checkpoint() <= before && !board.allRanksEnded()) {
            LockSupport.parkNanos(this, TICK_NANOS);
            pollProgress();
            collectEnded();
        }
    }

    private void letTerminate() {
        long since = now();
        try {
            context.sweeper().terminate(tree());
            while (now() - since < stop.termGraceNanos()
                    && !context.sweeper().living(tree()).isEmpty()) {
                LockSupport.parkNanos(this, TICK_NANOS);
                pollProgress();
                collectEnded();
            }
        } catch (IOException e) {
            LOG.warn("run {}: cannot list processes, killing at once: {}", spec.key(), e.getMessage());
        }
    }

    /** Returns only when no process of the run is left, however long that takes. */
    private void killRest() {
        long pauseNanos = TICK_NANOS;
        long warnAtNanos = now() + STUCK_NANOS;
        int clean = 0;
        while (clean < CLEAN_SWEEPS
                || !running.stream().noneMatch(rank -> rank.process().isAlive())) {
            List<ProcessEntry> left = List.of();
            try {
                left = context.sweeper().kill(tree());
                clean = left.isEmpty() ? clean + 1 : 0;
            } catch (IOException e) {
                clean = 0;
                LOG.warn("run {}: cannot list processes, trying again: {}", spec.key(), e.getMessage());
            }
            collectEnded();
            if (clean < CLEAN_SWEEPS) {
                LockSupport.parkNanos(this, pauseNanos);
                pauseNanos = Math.min(LONGEST_SWEEP_PAUSE_NANOS, pauseNanos * (clean == 0 ? 2 : 1));
            }
            if (now() > warnAtNanos) {
                warnAtNanos = now() + STUCK_NANOS;
                String stuck = left.stream().map(RankSupervisor::describe).collect(Collectors.joining(", "));
                LOG.warn("run {}: killed, but still there: {}", spec.key(), stuck);
                board.message("killed, but still there: " + stuck);
            }
        }
        collectEnded();
        pollProgressNow();
    }

    private void finish(String message) {
        context.ledger().release(spec.key());
        RankState unfinished = stop.isOrdered() ? RankState.STOPPED : RankState.FAILED;
        board.end(unfinished, message, context.clocks().wallMillis());
    }

    private void collectEnded() {
        for (RunningRank rank : running) {
            if (!rank.process().isAlive() && !board.hasEnded(rank.rank())) {
                collect(rank);
            }
        }
    }

    // What a rank leaves behind goes with it. Its guard kills it too, as soon as it is released.
    private void collect(RunningRank rank) {
        boolean byOrder = told;
        int code = rank.process().exitCode();
        try {
            context.sweeper().kill(rank.tree());
        } catch (IOException e) {
            LOG.warn("run {}: cannot list processes: {}", spec.key(), e.getMessage());
        }
        boolean copied = rank.awaitOutput(OUTPUT_MILLIS);
        rank.process().release();
        RankState state = byOrder ? RankState.STOPPED : code == 0 ? RankState.SUCCEEDED : RankState.FAILED;
        String lastWords = state == RankState.FAILED ? rank.output().lastLines() : "";
        LOG.info(
                "run {} rank {} {} with exit code {}{}",
                spec.key(),
                rank.rank(),
                state,
                code,
                copied ? "" : ", output is held open");
        board.rank(
                rank.rank(),
                status -> status.ended(state, code, lastWords, context.clocks().wallMillis()));
    }

    private void pollProgress() {
        if (now() >= nextProgressNanos) {
            pollProgressNow();
        }
    }

    private void pollProgressNow() {
        nextProgressNanos = now() + PROGRESS_NANOS;
        Optional<Progress> changed = progressFile.poll(context.clocks().wallMillis());
        if (changed.isPresent()) {
            progress = changed;
            context.listener().progressed(spec.key(), changed.get());
        }
        if (progressFile.malformed() > malformedSeen) {
            malformedSeen = progressFile.malformed();
            context.listener().progressMalformed(spec.key());
        }
    }

    private long checkpoint() {
        return progress.map(Progress::checkpoint).orElse(0L);
    }

    private ProcessTree tree() {
        String prefix =
                new RunToken(context.owner(), spec.key().jobUid(), spec.key().epoch(), 0).runPrefix();
        return new ProcessTree(prefix, running.stream().map(RunningRank::leader).toList());
    }

    private long now() {
        return context.clocks().nanos();
    }

    private static String describe(ProcessEntry process) {
        return process.pid() + " (" + process.name() + ", state " + process.state() + ")";
    }
}
