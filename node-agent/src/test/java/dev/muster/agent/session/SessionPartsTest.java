package dev.muster.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.Vendor;
import dev.muster.agent.health.HealthEvent;
import dev.muster.agent.health.HealthSeverity;
import dev.muster.agent.task.Progress;
import dev.muster.agent.task.RunKey;
import dev.muster.agent.task.RunPhase;
import dev.muster.agent.task.RunStatus;
import dev.muster.proto.v1.AgentMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of the session that need no wire. */
class SessionPartsTest {
    private static final RunKey JOB = new RunKey("job", 1);

    @Test
    void waitsDoubleUpToTheLongestAndAreSpread() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new Random(1));
        long[] upper = {100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000};
        for (long longest : upper) {
            assertThat(backoff.next().toMillis()).isBetween(longest / 2, longest);
        }
        backoff.reset();
        assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
    }

    @Test
    void addressesAreTriedInTurnAndWaitsGrowWhileNobodyAnswers() {
        ControllerSearch search = search("a:1", "b:1");
        long[] upper = {100, 200, 400, 800, 1600, 3200, 5000, 5000};
        for (int i = 0; i < upper.length; i++) {
            assertThat(search.next()).hasToString(i % 2 == 0 ? "a:1" : "b:1");
            assertThat(search.failed().toMillis()).isBetween(upper[i] / 2, upper[i]);
        }
    }

    @Test
    void aFollowerIsAskedAgainAtLeastEachSecondWhileAnElectionMayGoOn() {
        ControllerSearch search = search("a:1", "b:1");
        search.next();
        search.failed();
        long waitedMillis = 0;
        while (search.next().toString().equals("b:1")) {
            long wait = search.follows(Optional.empty()).toMillis();
            assertThat(wait).isLessThanOrEqualTo(1_000);
            waitedMillis += wait;
        }
        assertThat(waitedMillis).as("longer than a lease, for good or ill").isBetween(3_000L, 8_000L);
    }

    @Test
    void aFollowerThatIsCutOffFromTheStoreDoesNotKeepAnAgentFromTheLeader() {
        ControllerSearch search = search("cut-off:1", "leader:1");
        int asked = 0;
        while (search.next().toString().equals("cut-off:1") && asked < 100) {
            search.follows(Optional.empty());
            asked++;
        }
        assertThat(asked).isLessThan(100);
    }

    @Test
    void aPointerIsFollowedSoonAndWhenItLeadsNowhereItsGiverIsAskedAgain() {
        ControllerSearch search = search("a:1", "b:1");
        search.next();
        search.failed();
        search.next();
        assertThat(search.follows(Optional.of(ControllerAddress.parse("c:1"))).toMillis())
                .isLessThanOrEqualTo(300);
        assertThat(search.next()).hasToString("c:1");
        search.failed();
        assertThat(search.next()).hasToString("b:1");
    }

    @Test
    void agentsThatArePointedToANewLeaderAtOnceDoNotComeAtOnce() {
        long[] perSlot = new long[3];
        for (int seed = 0; seed < 3_000; seed++) {
            ControllerSearch search =
                    new ControllerSearch(List.of(ControllerAddress.parse("a:1")), new SplittableRandom(seed));
            search.next();
            long wait =
                    search.follows(Optional.of(ControllerAddress.parse("c:1"))).toMillis();
            perSlot[(int) Math.min(2, wait / 100)]++;
        }
        for (long agents : perSlot) {
            assertThat(agents).isBetween(800L, 1_200L);
        }
    }

    private static ControllerSearch search(String... addresses) {
        return new ControllerSearch(
                List.of(addresses).stream().map(ControllerAddress::parse).toList(), new Random(1));
    }

    @Test
    void anAcknowledgementCoversAllHeartbeatsBeforeIt() {
        Heartbeats heartbeats = new Heartbeats();
        assertThat(heartbeats.longestWaitNanos(50)).isZero();
        assertThat(heartbeats.beat(100)).isEqualTo(1);
        assertThat(heartbeats.beat(200)).isEqualTo(2);
        assertThat(heartbeats.beat(300)).isEqualTo(3);
        assertThat(heartbeats.longestWaitNanos(350)).isEqualTo(250);

        assertThat(heartbeats.acknowledge(2)).hasValue(200);
        assertThat(heartbeats.longestWaitNanos(350)).isEqualTo(50);
        assertThat(heartbeats.acknowledge(2)).as("twice").isEmpty();
        assertThat(heartbeats.acknowledge(99)).as("never sent").isEmpty();
        assertThat(heartbeats.acknowledge(3)).hasValue(300);
    }

    @Test
    void addressesAreReadWithTheirPort() {
        assertThat(ControllerAddress.parse("c1.example:7443")).isEqualTo(new ControllerAddress("c1.example", 7443));
        assertThat(ControllerAddress.parse("[::1]:7443")).hasToString("[::1]:7443");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":7443", "host:0", "host:65536", "http://host:1", "::1:7443", "a b:1"})
    void whatIsNoAddressIsNamed(String text) {
        assertThatThrownBy(() -> ControllerAddress.parse(text)).hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void theLatestProgressOfAPodIsToldOnceAndAgainToANewController() {
        Outbox outbox = new Outbox();
        outbox.podProgressed("pod", new Progress(1, 0, OptionalDouble.empty(), 0, 0, 1));
        outbox.podProgressed("pod", new Progress(2, 0, OptionalDouble.empty(), 0, 0, 2));
        assertThat(take(outbox)).singleElement().satisfies(message -> {
            assertThat(message.getPodProgress().getPodUid()).isEqualTo("pod");
            assertThat(message.getPodProgress().getProgress().getStep()).isEqualTo(2);
        });
        assertThat(take(outbox)).isEmpty();
        outbox.restart(Map.of());
        assertThat(take(outbox)).hasSize(1);
    }

    @Test
    void progressOfEverMorePodsIsBounded() {
        Outbox outbox = new Outbox();
        for (int i = 0; i < 1_000; i++) {
            outbox.podProgressed("pod-" + i, new Progress(1, 0, OptionalDouble.empty(), 0, 0, 1));
        }
        assertThat(take(outbox)).hasSize(256);
    }

    @Test
    void anObserverOffersNothingWhateverItsHostHas() {
        Registration observer = new Registration(
                "n1",
                "life",
                "boot",
                "1.0",
                "n1",
                List.of(),
                4000,
                1L << 30,
                "nvidia-h100",
                List.of(new Device(0, "GPU-0", Vendor.NVIDIA, "nvidia-h100", 1, "")),
                Map.of(),
                true);
        var register = Wire.register(observer, List.of()).getRegister();
        assertThat(register.getDevicesList()).hasSize(1);
        assertThat(register.getCapacity().getAccelerators()).isZero();
        assertThat(register.getCapacity().getCpuMillis()).isZero();
    }

    @Test
    void healthEventsAreKeptUntilTheyAreAcknowledgedAndSentOnceAStream() {
        Outbox outbox = new Outbox();
        outbox.health(event("a", HealthSeverity.FATAL));
        assertThat(take(outbox)).hasSize(1);
        assertThat(take(outbox)).isEmpty();

        outbox.restart(Map.of());
        assertThat(take(outbox)).hasSize(1);
        outbox.acknowledgeHealth("a");
        outbox.restart(Map.of());
        assertThat(take(outbox)).isEmpty();
    }

    @Test
    void aFloodOfEventsIsBoundedAndLosesNoFatalOne() {
        Outbox outbox = new Outbox();
        outbox.health(event("fatal", HealthSeverity.FATAL));
        for (int number = 0; number < 1000; number++) {
            outbox.health(event("info-" + number, HealthSeverity.INFO));
        }
        List<AgentMessage> messages = take(outbox);
        assertThat(messages).hasSize(256);
        assertThat(messages.get(0).getHealth().getId()).isEqualTo("fatal");
        assertThat(messages.get(255).getHealth().getId()).isEqualTo("info-999");
        assertThat(outbox.droppedHealthEvents()).isEqualTo(745);
    }

    @Test
    void onlyTheLatestOfEverythingElseWaits() {
        Outbox outbox = new Outbox();
        for (int step = 1; step <= 100; step++) {
            outbox.progressed(JOB, new Progress(step, 0, OptionalDouble.empty(), 0, 0, step));
            outbox.readings(List.of(new DeviceReading(0, true, step, 0, 0, 0, 0, step)));
            outbox.runChanged(status(RunPhase.STARTING));
        }
        List<AgentMessage> messages = outbox.take(key -> Optional.of(status(RunPhase.RUNNING)));

        assertThat(messages).hasSize(3);
        assertThat(messages.get(0).getProgress().getProgress().getStep()).isEqualTo(100);
        assertThat(messages.get(1).getRun().getPhase())
                .as("as it is now, not as it was")
                .isEqualTo(dev.muster.proto.v1.RunPhase.RUN_PHASE_RUNNING);
        assertThat(messages.get(2).getReadings().getReadings(0).getTemperatureCelsius())
                .isEqualTo(100);
        assertThat(take(outbox)).isEmpty();
    }

    @Test
    void aNewStreamHearsTheLatestProgressAgain() {
        Outbox outbox = new Outbox();
        Progress latest = new Progress(9, 5, OptionalDouble.of(0.1), 10, 0, 1);
        outbox.restart(Map.of(JOB, latest));
        assertThat(take(outbox))
                .singleElement()
                .satisfies(message -> assertThat(
                                message.getProgress().getProgress().getLoss())
                        .isEqualTo(0.1));
    }

    private static List<AgentMessage> take(Outbox outbox) {
        return outbox.take(key -> Optional.empty());
    }

    private static RunStatus status(RunPhase phase) {
        return new RunStatus(JOB, phase, List.of(), "");
    }

    private static HealthEvent event(String id, HealthSeverity severity) {
        return new HealthEvent(id, 1, "xid", "79", 0, "GPU-a", severity, "message", "evidence");
    }
}
