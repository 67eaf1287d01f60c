package dev.muster.agent.session;

import dev.muster.agent.task.HostRuns;
import dev.muster.agent.task.RunKey;
import dev.muster.agent.task.RunSpec;
import dev.muster.agent.task.RunStatus;
import dev.muster.agent.time.Clocks;
import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.proto.v1.Refused;
import dev.muster.proto.v1.Registered;
import dev.muster.proto.v1.StartRun;
import dev.muster.proto.v1.StopRun;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agent known to a controller: connects, registers with everything it holds, beats, reports, obeys; and when the
 * stream is gone, tries the addresses in turn. Runs do not notice, until one has been cut off for its isolation timeout:
 * then it is killed here, by a thread that waits for nothing else.
 *
 * <p>One thread, the loop, owns the state below.
 */
public final class ControllerSession implements Link.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerSession.class);
    private static final Duration REGISTER_LIMIT = Duration.ofSeconds(10);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration DEFAULT_ISOLATION = Duration.ofMinutes(5);
    private static final Duration FENCE_TICK = Duration.ofMillis(100);
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);
    private static final long SHORTEST_BEAT_MILLIS = 50;
    private static final long LONGEST_BEAT_MILLIS = 60_000;
    private static final int UNANSWERED_BEATS = 3;
    private static final int MOST_ENDINGS_LOGGED = 20;

    private final Registration registration;
    private final Controllers controllers;
    private final HostRuns runs;
    private final Outbox outbox;
    private final Clocks clocks;
    private final SessionObserver observer;
    private final Consumer<String> refusedForGood;
    private final ControllerSearch search;
    private final HangUps hangUps;
    private final SelfFence fence;
    private final LogStreams logs;
    private final ScheduledThreadPoolExecutor loop = executor("session");
    private final ScheduledThreadPoolExecutor fenceLoop = executor("self-fence");
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final CountDownLatch gone = new CountDownLatch(1);

    private volatile boolean registered;
    private @Nullable Link link;
    private @Nullable ScheduledFuture<?> beat;
    private @Nullable ScheduledFuture<?> registerLimit;
    private @Nullable ScheduledFuture<?> reconnect;
    private volatile @Nullable ScheduledFuture<?> fenceTicks;
    /** Of the fence's thread: the runs that it has begun to kill. */
    private final Set<RunKey> isolated = new HashSet<>();

    private Heartbeats heartbeats = new Heartbeats();
    /** Since it was last registered. */
    private final Set<String> endings = new HashSet<>();

    private long registerSentNanos;
    private long beatMillis = SHORTEST_BEAT_MILLIS;
    /** Of the newest leader that this agent has obeyed. */
    private long leaderTerm;

    private boolean closing;

    /**
     * A session that has not begun.
     *
     * @param refusedForGood called with the controller's reason when trying again is useless
     */
    public ControllerSession(
            Registration registration,
            Controllers controllers,
            HostRuns runs,
            Outbox outbox,
            Clocks clocks,
            RandomGenerator random,
            SessionObserver observer,
            Consumer<String> refusedForGood) {
        this.registration = registration;
        this.runs = runs;
        this.outbox = outbox;
        this.clocks = clocks;
        this.observer = observer;
        this.refusedForGood = refusedForGood;
        this.controllers = controllers;
        this.search = new ControllerSearch(controllers.addresses(), random);
        this.hangUps = new HangUps(controllers.tls(), clocks);
        this.fence = new SelfFence(clocks.nanos(), DEFAULT_ISOLATION);
        this.logs = new LogStreams(runs);
    }

    /** Begins to connect, and to watch over the isolation of runs. */
    public void begin() {
        outbox.onNews(this::wake);
        onLoop(this::connect);
        long tick = FENCE_TICK.toMillis();
        fenceTicks = fenceLoop.scheduleWithFixedDelay(this::killIsolated, tick, tick, TimeUnit.MILLISECONDS);
    }

    public boolean isRegistered() {
        return registered;
    }

    /** Tells what there is to tell, ends the stream in order, and waits a little for the controller to take it. */
    @Override
    public void close() {
        onLoop(() -> {
            closing = true;
            flush();
            if (link == null) {
                gone.countDown();
            } else {
                link.finish();
            }
        });
        try {
            if (!gone.await(GOODBYE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("the controller did not answer the goodbye");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onLoop(() -> {
            cancel(reconnect);
            dropLink();
        });
        cancel(fenceTicks);
    }

    @Override
    public void received(Link from, ControllerMessage message) {
        if (from == link) {
            guarded(() -> obey(from, message));
        }
    }

    @Override
    public void ready(Link from) {
        if (from == link) {
            guarded(this::flush);
        }
    }

    @Override
    public void ended(Link from, String reason) {
        if (from == link) {
            if (!registered && !closing) {
                hangUps.lookInto(from.address());
            }
            disconnect(reason);
        }
    }

    private void connect() {
        if (closing) {
            return;
        }
        ControllerAddress address = search.next();
        // In this order: what changes after the outbox was emptied is told again, nothing is missed.
        outbox.restart(runs.progress());
        AgentMessage register = Wire.register(registration, runs.statuses());
        registerSentNanos = clocks.nanos();
        Link opened = Link.open(address, controllers.tls(), loop, this);
        link = opened;
        opened.send(register);
        var unused = later(CONNECT_LIMIT.toMillis(), () -> giveUpUnlessConnected(opened));
        registerLimit = later(REGISTER_LIMIT.toMillis(), () -> disconnect("no answer to the registration"));
    }

    /** A host that is down swallows everything; a controller that is up but busy is given more time. */
    private void giveUpUnlessConnected(Link opened) {
        if (link == opened && !registered && !opened.isReady()) {
            disconnect("no connection within " + CONNECT_LIMIT.toSeconds() + " s");
        }
    }

    private void obey(Link from, ControllerMessage message) {
        switch (message.getMessageCase()) {
            case REGISTERED -> begin(message.getRegistered());
            case REFUSED -> refused(message.getRefused());
            case HEARTBEAT_ACK -> acknowledged(message.getHeartbeatAck().getSequence());
            case START -> start(message.getStart());
            case STOP -> stop(message.getStop());
            case FORGET ->
                runs.forget(new RunKey(
                        message.getForget().getJobUid(), message.getForget().getEpoch()));
            case LOG_REQUEST -> logs.request(from, message.getLogRequest());
            case LOG_CREDIT ->
                logs.credit(
                        message.getLogCredit().getRequestId(),
                        message.getLogCredit().getBytes());
            case LOG_CANCEL -> logs.cancel(message.getLogCancel().getRequestId());
            case HEALTH_ACK -> outbox.acknowledgeHealth(message.getHealthAck().getId());
            case MESSAGE_NOT_SET -> LOG.warn("the controller sent a message that this agent does not know; update it");
        }
    }

    private void begin(Registered answer) {
        if (isOutdated(answer)) {
            disconnect(
                    "it believes to lead in term " + answer.getLeaderTerm() + ", the newest leader's is " + leaderTerm);
            return;
        }
        leaderTerm = answer.getLeaderTerm();
        cancel(registerLimit);
        cancel(beat);
        fence.acknowledged(registerSentNanos);
        if (answer.getIsolationTimeoutMillis() > 0) {
            fence.defaultTimeout(Duration.ofMillis(answer.getIsolationTimeoutMillis()));
        }
        beatMillis = Math.min(LONGEST_BEAT_MILLIS, Math.max(SHORTEST_BEAT_MILLIS, answer.getHeartbeatIntervalMillis()));
        heartbeats = new Heartbeats();
        search.registered();
        endings.clear();
        registered = true;
        observer.registered();
        LOG.info("registered with {} as {}, heartbeat every {} ms", describeLink(), registration.host(), beatMillis);
        beat = loop.scheduleAtFixedRate(() -> guarded(this::beat), beatMillis, beatMillis, TimeUnit.MILLISECONDS);
        flush();
    }

    /**
     * A controller that slept through the end of its lead would stop what the next one started. Once no controller has answered
     * for the isolation timeout nothing runs here any more, and whoever leads is right: its store may be another one.
     */
    private boolean isOutdated(Registered answer) {
        return answer.getLeaderTerm() > 0 && answer.getLeaderTerm() < leaderTerm && !fence.isIsolated(clocks.nanos());
    }

    private void refused(Refused refusal) {
        if (refusal.getFollower()) {
            end("it follows"
                    + (refusal.getLeader().isEmpty()
                            ? "; no leader is known yet"
                            : "; " + refusal.getLeader() + " leads"));
            comeBack(search.follows(ControllerAddress.find(refusal.getLeader())));
            return;
        }
        if (!refusal.getRetry() && runs.live().isEmpty()) {
            closing = true;
            refusedForGood.accept(refusal.getReason());
        }
        disconnect("refused: " + refusal.getReason());
    }

    private void beat() {
        long now = clocks.nanos();
        long limit = TimeUnit.MILLISECONDS.toNanos(beatMillis * UNANSWERED_BEATS);
        if (heartbeats.longestWaitNanos(now) > limit) {
            disconnect("no answer to " + UNANSWERED_BEATS + " heartbeats");
        } else if (link != null) {
            link.send(Wire.heartbeat(heartbeats.beat(now)));
            observer.heartbeatSent();
        }
    }

    private void acknowledged(long sequence) {
        OptionalLong sentNanos = heartbeats.acknowledge(sequence);
        if (sentNanos.isPresent()) {
            fence.acknowledged(sentNanos.getAsLong());
            observer.heartbeatAcknowledged(clocks.nanos() - sentNanos.getAsLong());
        }
    }

    private void start(StartRun start) {
        if (registration.observes()) {
            send(Wire.refusal(start.getJobUid(), start.getEpoch(), "this agent only observes; it runs nothing"));
            return;
        }
        try {
            answer(runs.start(Wire.spec(start, registration.address())));
        } catch (IllegalArgumentException e) {
            send(Wire.refusal(start.getJobUid(), start.getEpoch(), String.valueOf(e.getMessage())));
        }
    }

    private void stop(StopRun stop) {
        try {
            answer(runs.stop(Wire.order(stop)));
        } catch (IllegalArgumentException e) {
            send(Wire.refusal(stop.getJobUid(), stop.getEpoch(), String.valueOf(e.getMessage())));
        }
    }

    // A run that is held is told with its status at the time of sending: this one may be outdated by then.
    private void answer(RunStatus status) {
        if (runs.status(status.key()).isPresent()) {
            outbox.runChanged(status);
        } else {
            outbox.answer(status);
        }
    }

    private void send(AgentMessage message) {
        if (link != null) {
            link.send(message);
        }
    }

    private void wake() {
        if (!flushing.getAndSet(true)) {
            onLoop(this::flush);
        }
    }

    private void flush() {
        flushing.set(false);
        Link current = link;
        if (registered && current != null && current.isReady()) {
            outbox.take(runs::status).forEach(current::send);
        }
    }

    private void disconnect(String reason) {
        if (link != null) {
            end(reason);
            comeBack(search.failed());
        }
    }

    /** An outage is many attempts that end alike; the log has each way once. */
    private void end(String reason) {
        String line = "session with " + describeLink() + " ended: " + reason;
        if (endings.size() < MOST_ENDINGS_LOGGED && endings.add(line)) {
            LOG.info(line);
        }
        dropLink();
    }

    private void comeBack(Duration wait) {
        if (closing) {
            gone.countDown();
        } else {
            reconnect = later(wait.toMillis(), this::connect);
        }
    }

    private void dropLink() {
        cancel(beat);
        cancel(registerLimit);
        logs.cancelAll();
        if (link != null) {
            link.close();
            link = null;
        }
        if (registered) {
            registered = false;
            observer.disconnected();
        }
    }

    private String describeLink() {
        return link == null ? "no controller" : link.address().toString();
    }

    // On a thread of its own: a loop that hangs must not keep isolated ranks alive.
    private void killIsolated() {
        try {
            long now = clocks.nanos();
            List<RunSpec> overdue = fence.overdue(now, runs.live());
            isolated.removeIf(key -> overdue.stream().noneMatch(run -> run.key().equals(key)));
            for (RunSpec run : overdue) {
                long seconds = fence.silence(now).toSeconds();
                if (isolated.add(run.key())) {
                    LOG.warn("run {} is killed: no controller has answered for {} s", run.key(), seconds);
                    observer.isolationKill();
                }
                runs.killNow(run.key(), "killed: cut off from the controller for " + seconds + " s");
            }
        } catch (RuntimeException e) {
            LOG.error("self-fencing failed, trying again", e);
        }
    }

    private ScheduledFuture<?> later(long delayMillis, Runnable task) {
        return loop.schedule(() -> guarded(task), delayMillis, TimeUnit.MILLISECONDS);
    }

    private void onLoop(Runnable task) {
        loop.execute(() -> guarded(task));
    }

    // An error in handling one message must not end the agent: a new session begins with everything told anew.
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("session error", e);
            disconnect("error in the agent: " + e);
        }
    }

    private static void cancel(@Nullable ScheduledFuture<?> future) {
        if (future != null) {
            future.cancel(false);
        }
    }

    private static ScheduledThreadPoolExecutor executor(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
