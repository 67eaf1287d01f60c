package dev.muster.controller.kubernetes.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.nodes.PodRanks.PodRank;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentCommand.HealthAck;
import dev.muster.controller.session.AgentCommand.HeartbeatAck;
import dev.muster.controller.session.AgentCommand.Refused;
import dev.muster.controller.session.AgentCommand.Registered;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage.DeviceReading;
import dev.muster.controller.session.AgentMessage.HealthReport;
import dev.muster.controller.session.AgentMessage.Heartbeat;
import dev.muster.controller.session.AgentMessage.PodProgress;
import dev.muster.controller.session.AgentMessage.Readings;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.SessionObserver;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.NodeRecord.Verdict;
import dev.muster.controller.state.Progress;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents that observe nodes of Kubernetes, heard by the real core. */
class NodeAgentsTest {

    private static final String GANG = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: a}
            spec:
              gang: {hosts: 1, perHost: {accelerators: 8, cpus: 2, memory: 1Gi}}
              template: {command: [train]}
            """;

    private final StateStore store = EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime);
    private final NodeRules flat = new NodeRules(List.of(), Map.of(), List.of());
    private final LiveCore core = new LiveCore(store, flat, List.of());
    private final Map<String, PodRank> pods = new HashMap<>();
    private final NodeAgents agents = new NodeAgents(
            core.loop(),
            core.core().turns(),
            core.leadership(),
            System::nanoTime,
            core.core().model(),
            core.core().nodes(),
            core.core().reconciler(),
            SessionSettings.DEFAULT,
            new Deaf(),
            uid -> Optional.ofNullable(pods.get(uid)));

    private static final class Deaf implements SessionObserver {
        @Override
        public void heartbeat() {}

        @Override
        public void registration(boolean accepted) {}

        @Override
        public void hostLost() {}
    }

    /** One agent's end of a stream. */
    private final class Agent implements AgentGateway.Outbox {
        private final List<AgentCommand> heard = new CopyOnWriteArrayList<>();
        private final AgentGateway.Inbox inbox = agents.connect(this);
        private volatile boolean closed;

        @Override
        public void send(AgentCommand command) {
            heard.add(command);
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public String peer() {
            return "test";
        }
    }

    @AfterEach
    void close() {
        core.close();
        store.close();
    }

    private void aNode(String name) {
        NodeRecord facts = new NodeRecord(
                name,
                List.of(),
                ResourceVector.of(8, 64_000, 64L << 30),
                Optional.empty(),
                new TreeMap<>(),
                List.of(),
                name,
                "boot",
                "node-uid",
                "kubelet",
                NodeRecord.Intent.NONE,
                NodeRecord.Health.HEALTHY);
        new NodeIntake(
                        core.loop(),
                        core.core().turns(),
                        core.core().model(),
                        core.core().nodes(),
                        (host, proof) -> {})
                .take(new Sighting.Seen(facts, Sighting.Answer.READY, "", Optional.empty()))
                .join();
    }

    private Agent register(String host) {
        Agent agent = new Agent();
        agent.inbox.on(new Registration(
                host,
                "agent",
                "boot",
                "1",
                host,
                List.of(),
                ResourceVector.ZERO,
                Optional.empty(),
                List.of(new NodeRecord.Device(0, "GPU-0", "nvidia", "nvidia-h100", 80L << 30, "")),
                List.of(),
                new TreeMap<>()));
        settle();
        return agent;
    }

    private void settle() {
        core.ask(asked -> true);
    }

    @Test
    void anAgentIsAdmittedOnceItsNodeIsKnownAndBringsItsDevices() {
        Agent early = register("n1");
        assertThat(early.heard).hasSize(1).first().isInstanceOf(Refused.class);
        assertThat(((Refused) early.heard.get(0)).retry()).isTrue();
        assertThat(early.closed).isTrue();

        aNode("n1");
        Agent agent = register("n1");
        assertThat(agent.heard).first().isInstanceOf(Registered.class);
        agent.inbox.on(new Heartbeat(7));
        assertThat(agent.heard).contains(new HeartbeatAck(7));
        assertThat(core.node("n1").orElseThrow().devices()).hasSize(1);
        assertThat(core.node("n1").orElseThrow().capacity().amount(ResourceVector.ACCELERATORS))
                .isEqualTo(8);
        aNode("n1");
        assertThat(core.node("n1").orElseThrow().devices()).hasSize(1);
    }

    @Test
    void itsFaultsCloseTheHostAndItsAbsenceDoesNot() {
        aNode("n1");
        Agent agent = register("n1");
        agent.inbox.on(new Readings(List.of(new DeviceReading(0, true, 61, 500, 0.9, 1, 0, 1))));
        settle();
        assertThat(core.<Integer>ask(asked -> agents.readings("n1").size())).isEqualTo(1);
        agent.inbox.closed("gone");
        settle();
        assertThat(core.<Integer>ask(asked -> agents.readings("n1").size())).isZero();
        assertThat(core.<Presence>ask(
                        asked -> asked.nodes().attendance("n1").orElseThrow().presence()))
                .isEqualTo(Presence.PRESENT);

        Agent next = register("n1");
        next.inbox.on(new HealthReport(new HealthEvent(
                "e1",
                Instant.EPOCH,
                "xid",
                "79",
                OptionalInt.of(0),
                "GPU-0",
                HealthEvent.Severity.FATAL,
                "fell off the bus",
                "")));
        settle();
        assertThat(core.node("n1").orElseThrow().health().verdict()).isEqualTo(Verdict.FATAL);
        assertThat(next.heard).contains(new HealthAck("e1"));
    }

    @Test
    void theNewestStreamOfAHostCounts() {
        aNode("n1");
        Agent old = register("n1");
        Agent young = register("n1");
        assertThat(old.closed).isTrue();
        old.inbox.closed("replaced");
        settle();
        assertThat(core.<List<String>>ask(asked -> agents.connectedHosts())).containsExactly("n1");
        assertThat(young.closed).isFalse();
    }

    @Test
    void progressOfAPodIsThatOfItsJobAndOthersPodsHaveNone() {
        aNode("n1");
        Agent agent = register("n1");
        core.submit(GANG);
        core.everyHostRuns("a");
        pods.put("pod-uid", new PodRank(core.job("a").uid(), 1, 0, "n1"));
        pods.put("elsewhere", new PodRank(core.job("a").uid(), 1, 0, "n2"));
        Progress progress = new Progress(40, 20, OptionalDouble.of(1.5), 0, 100, Instant.EPOCH);
        agent.inbox.on(new PodProgress("unknown", progress));
        agent.inbox.on(new PodProgress("elsewhere", progress));
        settle();
        assertThat(core.job("a").status().progress()).isEmpty();
        agent.inbox.on(new PodProgress("pod-uid", progress));
        settle();
        assertThat(core.job("a").status().progress().orElseThrow().step()).isEqualTo(40);
    }
}
