package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.Heartbeat;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.simulation.network.AgentEnd;
import dev.muster.controller.simulation.network.Connection;
import dev.muster.controller.simulation.time.Alarm;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One life of an agent: connects, registers with everything it holds, beats, reports, obeys; and when the stream is gone,
 * tries again, waiting longer each time. Runs do not notice, until they have been cut off for too long.
 */
final class SimulatedAgent implements AgentEnd, RunTable.Listener {

    private static final Duration REGISTER_LIMIT = Duration.ofSeconds(10);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration FLUSH = Duration.ofMillis(1);
    private static final int UNANSWERED_BEATS = 3;

    private final SimulatedHost host;
    private final Fabric fabric;
    private final Timeline timeline;
    private final AgentRules rules;
    private final RunTable table;
    private final SelfFencing fencing;
    private final ControllerSearch search;
    private final AgentOutbox outbox = new AgentOutbox();
    private final TreeMap<Long, Long> sentNanos = new TreeMap<>();
    private @Nullable Connection connection;
    private @Nullable Alarm beat;
    private @Nullable Alarm registerLimit;
    private @Nullable Alarm flush;
    private long registerSentNanos;
    private long sequence;
    private Duration beatInterval = Duration.ofSeconds(1);
    private Duration isolationTimeout = Duration.ofMinutes(5);
    /** Of the newest leader that this agent has obeyed. */
    private long leaderTerm;

    private boolean registered;
    private boolean dead;

    SimulatedAgent(SimulatedHost host, Fabric fabric, AgentRules rules, double clockRate, List<String> controllers) {
        this.host = host;
        this.fabric = fabric;
        this.timeline = fabric.timeline;
        this.rules = rules;
        this.table = new RunTable(host, fabric, rules, this);
        this.search = new ControllerSearch(controllers, fabric.chance);
        this.fencing = new SelfFencing(timeline, table, clockRate);
    }

    RunTable table() {
        return table;
    }

    boolean isRegistered() {
        return registered;
    }

    /** Killed; its ranks follow so much later. */
    void die(Duration ranksDieWithin) {
        dead = true;
        drop();
        table.vanish(ranksDieWithin);
    }

    // ---- the stream

    void connect() {
        if (dead || connection != null) {
            return;
        }
        outbox.restart(table);
        registerSentNanos = timeline.getAsLong();
        Connection opened = fabric.network.open(host.name(), search.next(), this);
        connection = opened;
        opened.send(host.registration(table));
        timeline.after(CONNECT_LIMIT, () -> {
            if (connection == opened && !opened.isEstablished()) {
                disconnect();
            }
        });
        registerLimit = timeline.after(REGISTER_LIMIT, this::disconnect);
    }

    @Override
    public void ended(Connection from, String why) {
        if (from == connection) {
            disconnect();
        }
    }

    private void disconnect() {
        drop();
        timeline.after(search.failed(), this::connect);
    }

    private void pointed(Optional<String> leader) {
        drop();
        timeline.after(search.follows(leader), this::connect);
    }

    private void drop() {
        cancel(beat);
        cancel(registerLimit);
        if (connection != null) {
            connection.close();
            connection = null;
        }
        registered = false;
        sentNanos.clear();
    }

    private static void cancel(@Nullable Alarm alarm) {
        if (alarm != null) {
            alarm.cancel();
        }
    }

    @Override
    public void received(Connection from, AgentCommand command) {
        if (from != connection || dead) {
            return;
        }
        if (command instanceof AgentCommand.HeartbeatAck ack) {
            acknowledged(ack.sequence());
        } else if (command instanceof AgentCommand.Registered answer) {
            begin(answer);
        } else if (command instanceof AgentCommand.Refused) {
            disconnect();
        } else if (command instanceof AgentCommand.NotLeading follower) {
            pointed(follower.leader());
        } else if (command instanceof AgentCommand.HealthAck ack) {
            outbox.acknowledged(ack.id());
        } else {
            obey(command);
        }
    }

    private void obey(AgentCommand command) {
        fabric.witness.obeyed(host.name(), host.agentId(), leaderTerm);
        if (command instanceof AgentCommand.StartRun start) {
            answer(table.start(start));
            if (rules.fencesItself()) {
                fencing.arm();
            }
        } else if (command instanceof AgentCommand.StopRun stop) {
            answer(table.stop(stop));
        } else if (command instanceof AgentCommand.ForgetRun forget) {
            table.forget(forget);
        }
    }

    private void begin(AgentCommand.Registered answer) {
        if (rules.refusesOldTerms() && isOutdated(answer)) {
            disconnect();
            return;
        }
        leaderTerm = answer.leaderTerm();
        fabric.witness.obeyed(host.name(), host.agentId(), leaderTerm);
        isolationTimeout = answer.isolationTimeout();
        cancel(registerLimit);
        cancel(beat);
        fencing.acknowledged(registerSentNanos);
        beatInterval = answer.heartbeatInterval();
        sequence = 0;
        search.registered();
        registered = true;
        beat = timeline.after(beatInterval, this::beat);
        flush();
    }

    private boolean isOutdated(AgentCommand.Registered answer) {
        return answer.leaderTerm() > 0 && answer.leaderTerm() < leaderTerm && !fencing.isIsolated(isolationTimeout);
    }

    private void beat() {
        long now = timeline.getAsLong();
        Map.Entry<Long, Long> oldest = sentNanos.firstEntry();
        if (oldest != null && now - oldest.getValue() > UNANSWERED_BEATS * beatInterval.toNanos()) {
            disconnect();
        } else if (connection != null) {
            sequence++;
            sentNanos.put(sequence, now);
            connection.send(new Heartbeat(sequence));
            beat = timeline.after(beatInterval, this::beat);
        }
    }

    private void acknowledged(long number) {
        Map.Entry<Long, Long> sent = sentNanos.floorEntry(number);
        if (sent != null) {
            fencing.acknowledged(sent.getValue());
            sentNanos.headMap(number, true).clear();
        }
    }

    // ---- what there is to tell

    /** A run that is held is told as it is when it is told: what was just answered may be outdated by then. */
    private void answer(RunReport report) {
        String key = SimulatedRun.key(report.jobUid(), report.epoch());
        table.find(key).ifPresentOrElse(outbox::changed, () -> outbox.answer(report));
        news();
    }

    @Override
    public void changed(SimulatedRun run) {
        outbox.changed(run);
        news();
    }

    @Override
    public void progressed(SimulatedRun run, Progress progress) {
        outbox.progressed(run, progress);
        news();
    }

    void health(HealthEvent event) {
        outbox.health(event);
        news();
    }

    /** Says what is not, or not any more. */
    void lie(AgentMessage lie) {
        if (registered && connection != null) {
            connection.send(lie);
        }
    }

    private void news() {
        if (registered && (flush == null || !flush.isPending())) {
            flush = timeline.after(FLUSH, this::flush);
        }
    }

    private void flush() {
        Connection open = connection;
        if (registered && open != null) {
            outbox.take(table).forEach(open::send);
        }
    }
}
