package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.kubernetes.nodes.PodRanks.PodRank;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.session.AgentCommand.HealthAck;
import dev.muster.controller.session.AgentCommand.HeartbeatAck;
import dev.muster.controller.session.AgentCommand.Refused;
import dev.muster.controller.session.AgentCommand.Registered;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.session.AgentMessage.Heartbeat;
import dev.muster.controller.session.AgentMessage.LogChunk;
import dev.muster.controller.session.AgentMessage.PodProgress;
import dev.muster.controller.session.AgentMessage.Readings;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.HostReadings;
import dev.muster.controller.session.SessionObserver;
import dev.muster.controller.session.SessionSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Agents on nodes of Kubernetes. They say what is wrong with a node's devices, what they measure and how far pods have come;
 * they run nothing, so whether they are there says nothing of the host. The newest stream of a host counts.
 */
public final class NodeAgents implements AgentGateway, HostReadings {

    private final EventLoop loop;
    private final Turns turns;
    private final Leadership leadership;
    private final LongSupplier nanoTicker;
    private final ClusterModel model;
    private final NodeReconciler nodes;
    private final JobReconciler jobs;
    private final SessionSettings settings;
    private final SessionObserver observer;
    private final PodRanks ranks;
    private final Map<String, Stream> byHost = new HashMap<>();
    private final Map<String, List<DeviceReading>> readings = new HashMap<>();

    public NodeAgents(
            EventLoop loop,
            Turns turns,
            Leadership leadership,
            LongSupplier nanoTicker,
            ClusterModel model,
            NodeReconciler nodes,
            JobReconciler jobs,
            SessionSettings settings,
            SessionObserver observer,
            PodRanks ranks) {
        this.loop = loop;
        this.turns = turns;
        this.leadership = leadership;
        this.nanoTicker = nanoTicker;
        this.model = model;
        this.nodes = nodes;
        this.jobs = jobs;
        this.settings = settings;
        this.observer = observer;
        this.ranks = ranks;
    }

    @Override
    public Inbox connect(Outbox outbox) {
        return new Stream(outbox);
    }

    /** One stream; what is said on it goes to the loop, but for heartbeats. */
    private final class Stream implements Inbox {

        private final Outbox outbox;
        private volatile long lastHeardNanos = nanoTicker.getAsLong();
        /** Of the loop's thread: whose agent it is, once that is known. */
        private @Nullable String host;

        private Stream(Outbox outbox) {
            this.outbox = outbox;
        }

        @Override
        public void on(AgentMessage message) {
            lastHeardNanos = nanoTicker.getAsLong();
            if (message instanceof Heartbeat heartbeat) {
                observer.heartbeat();
                if (leadership.isHeld()) {
                    outbox.send(new HeartbeatAck(heartbeat.sequence()));
                }
            } else if (message instanceof Registration registration) {
                tell("register", turn -> admit(this, registration, turn));
            } else if (!(message instanceof LogChunk)) {
                tell("agent-message", turn -> hostOf(this).ifPresent(host -> take(this, host, message, turn)));
            }
        }

        @Override
        public void closed(String why) {
            tell(
                    "agent-closed",
                    turn -> hostOf(this).ifPresent(host -> {
                        byHost.remove(host);
                        readings.remove(host);
                    }));
        }
    }

    // ---- on the loop

    private Optional<String> hostOf(Stream stream) {
        return Optional.ofNullable(stream.host).filter(host -> byHost.get(host) == stream);
    }

    private void admit(Stream stream, Registration registration, Turn turn) {
        String host = registration.host();
        boolean known = model.node(host).isPresent();
        observer.registration(known);
        if (!known) {
            // The agent may be faster than the watch of nodes.
            stream.outbox.send(new Refused(
                    "host " + host + " is no Node that Muster knows; start the agent with --host and its Node's name",
                    true));
            stream.outbox.close();
            return;
        }
        stream.host = host;
        Stream before = byHost.put(host, stream);
        if (before != null && before != stream) {
            before.outbox.close();
        }
        nodes.devices(host, registration.devices(), turn);
        turn.then(() -> stream.outbox.send(new Registered(
                UUID.randomUUID().toString(),
                settings.heartbeatInterval(),
                settings.isolationTimeout(),
                leadership.term())));
    }

    private void take(Stream stream, String host, AgentMessage message, Turn turn) {
        if (message instanceof HealthReport health) {
            nodes.health(host, health.event(), turn);
            turn.then(() -> stream.outbox.send(new HealthAck(health.event().id())));
        } else if (message instanceof Readings latest) {
            readings.put(host, latest.readings());
        } else if (message instanceof PodProgress progress) {
            ranks.byUid(progress.podUid())
                    .filter(pod -> pod.host().equals(host))
                    .ifPresent(pod -> progressed(pod, progress, turn));
        }
    }

    private void progressed(PodRank pod, PodProgress progress, Turn turn) {
        jobs.progressed(pod.host(), pod.jobUid(), pod.attempt(), progress.progress(), turn);
    }

    private void tell(String name, Consumer<Turn> body) {
        loop.tell(name, turns.operation(turn -> {
            body.accept(turn);
            return true;
        }));
    }

    @Override
    public List<DeviceReading> readings(String host) {
        return readings.getOrDefault(host, List.of());
    }

    @Override
    public Optional<Instant> lastHeard(String host) {
        return Optional.ofNullable(byHost.get(host))
                .map(stream -> loop.clock().instant().minusNanos(nanoTicker.getAsLong() - stream.lastHeardNanos));
    }

    @Override
    public List<String> connectedHosts() {
        return List.copyOf(byHost.keySet());
    }
}
