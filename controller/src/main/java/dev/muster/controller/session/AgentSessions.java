package dev.muster.controller.session;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.loop.LoopException;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.session.AgentMessage.ProgressReport;
import dev.muster.controller.session.AgentMessage.Readings;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.workload.HostReport;
import dev.muster.controller.workload.RankLogs;
import dev.muster.controller.workload.RunPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Who is connected, and for how long one may be silent. The registry itself belongs to the loop thread; transports call
 * {@link #connect} and what it returns from any thread.
 */
public final class AgentSessions implements AgentGateway, RankLogs, HostReadings {

    private final EventLoop loop;
    private final Leadership leadership;
    private final LongSupplier nanoTicker;
    private final Turns turns;
    private final ClusterModel model;
    private final NodeReconciler nodes;
    private final JobReconciler jobs;
    private final HostPaths paths;
    private final SessionSettings settings;
    private final SessionObserver observer;
    private final LogRelay logs;
    private final Map<String, AgentSession> byHost;
    private final AgentLauncher launcher;
    private final Map<String, List<AgentMessage.DeviceReading>> readings = new HashMap<>();
    /** One token for each absence that goes on, so that a timer never ends another absence than its own. */
    private final Map<String, Object> absences = new HashMap<>();

    public AgentSessions(
            EventLoop loop,
            Leadership leadership,
            LongSupplier nanoTicker,
            Turns turns,
            ClusterModel model,
            NodeReconciler nodes,
            JobReconciler jobs,
            HostPaths paths,
            SessionSettings settings,
            SessionObserver observer,
            AgentLauncher launcher) {
        this.loop = loop;
        this.leadership = leadership;
        this.nanoTicker = nanoTicker;
        this.turns = turns;
        this.model = model;
        this.nodes = nodes;
        this.jobs = jobs;
        this.paths = paths;
        this.settings = settings;
        this.observer = observer;
        this.byHost = launcher.sessions();
        this.launcher = launcher;
        this.logs = new LogRelay();
    }

    @Override
    public Inbox connect(Outbox outbox) {
        return new AgentSession(outbox, this);
    }

    /** Gives the hosts that the store held their time to report, then judges them. */
    public void resume() {
        for (NodeRecord node : model.nodesAfter("")) {
            awaitReturn(node.name(), "settle", settings.settleTime(), "has not reported since the controller started");
        }
    }

    // ---- called by sessions, on the transport's threads

    Leadership leadership() {
        return leadership;
    }

    LongSupplier nanoTicker() {
        return nanoTicker;
    }

    SessionObserver observer() {
        return observer;
    }

    LogRelay logs() {
        return logs;
    }

    void register(AgentSession session, Registration registration) {
        run("register", turn -> admit(session, registration, turn));
    }

    void deliver(AgentSession session, AgentMessage message) {
        CompletableFuture<Boolean> heard = loop.submit("agent-message", turns.operation(done(turn -> {
            if (isCurrent(session)) {
                take(session, message, turn);
            }
        })));
        if (message instanceof RunReport || message instanceof HealthReport) {
            var unused = heard.exceptionally(failure -> {
                if (failure instanceof LoopException.Busy) {
                    // An agent says each only once on a stream; on the next one it tells of everything again.
                    session.refuse("the controller is busy; " + failure.getMessage(), true);
                }
                return false;
            });
        }
    }

    void closed(AgentSession session, String why) {
        run("agent-closed", turn -> {
            if (isCurrent(session)) {
                logs.closed(session);
                byHost.remove(hostOf(session), session);
                awaitReturn(
                        hostOf(session), "lost-after-close", settings.lostAfterClose(), "its agent is gone: " + why);
            }
        });
    }

    // ---- on the loop

    private boolean isCurrent(AgentSession session) {
        return session.registration().isPresent() && byHost.get(hostOf(session)) == session;
    }

    private static String hostOf(AgentSession session) {
        return session.registration().orElseThrow().host();
    }

    private void admit(AgentSession session, Registration registration, Turn turn) {
        Optional<String> objection = paths.objectionTo(registration);
        if (objection.isPresent()) {
            observer.registration(false);
            session.refuse(objection.get(), false);
            return;
        }
        AgentSession present = byHost.get(registration.host());
        if (present != null && present != session) {
            if (!present.registration().orElseThrow().agentId().equals(registration.agentId())) {
                observer.registration(false);
                session.refuse(
                        "host " + registration.host() + " already has an agent, at " + present.peer()
                                + "; stop that one, or give this one another --host",
                        true);
                return;
            }
            logs.closed(present);
            present.close();
        }
        session.accept(registration);
        byHost.put(registration.host(), session);
        absences.remove(registration.host());
        welcome(session, registration, turn);
    }

    private void welcome(AgentSession session, Registration registration, Turn turn) {
        String host = registration.host();
        boolean newLife = nodes.registered(facts(registration), turn);
        observer.registration(true);
        turn.then(() -> session.send(new AgentCommand.Registered(
                UUID.randomUUID().toString(),
                settings.heartbeatInterval(),
                settings.isolationTimeout(),
                leadership.term())));
        watchSilence(session, settings.lostAfterSilence());
        nodes.withoutLeftovers(host);
        Set<String> held = new HashSet<>();
        for (RunReport run : registration.runs()) {
            if (reported(hostReport(host, run), turn)) {
                held.add(run.jobUid());
            }
        }
        if (newLife) {
            nodes.reborn(host, held, "its agent came back in a new life; the ranks of before are dead");
        } else {
            catchUp(session, registration, turn);
        }
    }

    /** Worked out now and not when it is sent: by then the model may hold what is not durable yet. */
    private void catchUp(AgentSession session, Registration registration, Turn turn) {
        String host = registration.host();
        AgentLauncher.Missed missed = launcher.missed(
                host,
                registration.runs().stream()
                        .map(run -> new AgentLauncher.Held(run.jobUid(), epoch(run.epoch())))
                        .toList());
        turn.then(() -> missed.commands().forEach(session::send));
        nodes.ranksGone(host, missed.jobsWithoutRanks(), "its agent no longer holds the ranks that ran there");
    }

    /** Answers whether the run is part of its job's present attempt. */
    private boolean reported(HostReport report, Turn turn) {
        boolean hasPlace = jobs.reported(report, turn);
        boolean leftOver = !hasPlace && report.phase() != RunPhase.ENDED;
        nodes.leftOver(report.host(), report.jobUid() + "/" + report.epoch(), leftOver);
        return hasPlace;
    }

    /** No attempt has a number that large, so such a run is a stranger's all the same. */
    private static int epoch(long reported) {
        return (int) Math.min(reported, Integer.MAX_VALUE);
    }

    private void take(AgentSession session, AgentMessage message, Turn turn) {
        String host = hostOf(session);
        if (message instanceof RunReport run) {
            reported(hostReport(host, run), turn);
        } else if (message instanceof ProgressReport progress) {
            jobs.progressed(host, progress.jobUid(), epoch(progress.epoch()), progress.progress(), turn);
        } else if (message instanceof HealthReport health) {
            nodes.health(host, health.event(), turn);
            turn.then(
                    () -> session.send(new AgentCommand.HealthAck(health.event().id())));
        } else if (message instanceof Readings latest) {
            readings.put(host, latest.readings());
        }
    }

    @Override
    public List<AgentMessage.DeviceReading> readings(String host) {
        return readings.getOrDefault(host, List.of());
    }

    @Override
    public Optional<Instant> lastHeard(String host) {
        return Optional.ofNullable(byHost.get(host))
                .map(session -> loop.clock().instant().minusNanos(nanoTicker.getAsLong() - session.lastHeardNanos()));
    }

    @Override
    public Optional<RankLogs.Handle> openLog(
            String host, String jobUid, int epoch, int rank, int tailLines, boolean follow, RankLogs.Sink sink) {
        return Optional.ofNullable(byHost.get(host))
                .map(session -> logs.open(session, jobUid, epoch, rank, tailLines, follow, sink));
    }

    private NodeRecord facts(Registration registration) {
        return new NodeRecord(
                registration.host(),
                paths.pathOf(registration),
                registration.capacity(),
                registration.acceleratorType(),
                registration.labels(),
                registration.devices(),
                registration.address(),
                registration.bootId(),
                registration.agentId(),
                registration.agentVersion(),
                NodeRecord.Intent.NONE,
                NodeRecord.Health.HEALTHY);
    }

    private static HostReport hostReport(String host, RunReport run) {
        return new HostReport(host, run.jobUid(), epoch(run.epoch()), run.phase(), run.ranks(), run.message());
    }

    // ---- liveness

    private void awaitReturn(String host, String name, Duration patience, String why) {
        Object absence = new Object();
        absences.put(host, absence);
        after(name, patience, turn -> {
            if (absences.remove(host, absence)) {
                loseHost(host, why, turn);
            }
        });
    }

    /** Fires rarely: a heartbeat only notes the time, and the timer looks at it when it is due. */
    private void watchSilence(AgentSession session, Duration delay) {
        after("lost-after-silence", delay, turn -> {
            if (!isCurrent(session)) {
                return;
            }
            Duration silent = Duration.ofNanos(nanoTicker.getAsLong() - session.lastHeardNanos());
            if (silent.compareTo(settings.lostAfterSilence()) < 0) {
                watchSilence(session, settings.lostAfterSilence().minus(silent));
                return;
            }
            byHost.remove(hostOf(session), session);
            logs.closed(session);
            session.close();
            loseHost(hostOf(session), "silent for " + silent.toSeconds() + " s", turn);
        });
    }

    private void loseHost(String host, String why, Turn turn) {
        observer.hostLost();
        readings.remove(host);
        nodes.lost(host, why, turn);
    }

    // ---- the loop's queue

    private void run(String name, Consumer<Turn> body) {
        loop.tell(name, turns.operation(done(body)));
    }

    private void after(String name, Duration delay, Consumer<Turn> body) {
        loop.schedule(name, delay, turns.operation(done(body)));
    }

    private static Function<Turn, Boolean> done(Consumer<Turn> body) {
        return turn -> {
            body.accept(turn);
            return true;
        };
    }

    @Override
    public List<String> connectedHosts() {
        return new ArrayList<>(byHost.keySet());
    }
}
