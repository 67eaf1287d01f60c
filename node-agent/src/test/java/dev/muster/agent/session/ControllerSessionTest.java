package dev.muster.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.Vendor;
import dev.muster.agent.health.HealthEvent;
import dev.muster.agent.health.HealthSeverity;
import dev.muster.agent.task.TestHost;
import dev.muster.agent.time.BootClock;
import dev.muster.proto.v1.HealthAck;
import dev.muster.proto.v1.LogCancel;
import dev.muster.proto.v1.LogCredit;
import dev.muster.proto.v1.LogRequest;
import dev.muster.proto.v1.RankState;
import dev.muster.proto.v1.Register;
import dev.muster.proto.v1.RunPhase;
import dev.muster.proto.v1.RunReport;
import dev.muster.proto.v1.StartRun;
import dev.muster.proto.v1.StopRun;
import dev.muster.proto.v1.TemplateSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session over loopback, with ranks that are real processes, against a controller written by hand. */
class ControllerSessionTest {
    private static final String FOREVER = "while :; do sleep 0.1; done";

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Outbox outbox = new Outbox();
    private final AtomicReference<String> refusal = new AtomicReference<>("");
    private final AtomicInteger acknowledged = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        for (int index = open.size() - 1; index >= 0; index--) {
            open.get(index).close();
        }
    }

    @Test
    void anAgentSaysWhoItIsAndWhatItHas() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);

        Register register = controller.registrations().get(0);
        assertThat(register.getHost()).isEqualTo("n1");
        assertThat(register.getAgentId()).isEqualTo("life-1");
        assertThat(register.getBootId()).isEqualTo("boot");
        assertThat(register.getAddress()).isEqualTo("10.0.0.9");
        assertThat(register.getPathList()).containsExactly("z1", "b1");
        assertThat(register.getCapacity().getAccelerators()).isEqualTo(1);
        assertThat(register.getCapacity().getCpuMillis()).isEqualTo(4000);
        assertThat(register.getAcceleratorType()).isEqualTo("fake-a100");
        assertThat(register.getDevices(0).getVendor()).isEqualTo("fake");
        assertThat(register.getLabelsMap()).containsEntry("room", "7");
        assertThat(register.getRunsList()).isEmpty();
        await().until(() -> acknowledged.get() >= 2);
    }

    @Test
    void theNextControllerIsTriedWhenOneDoesNotAnswerOrWillNotHaveUs() throws IOException {
        FakeController follower = controller();
        follower.refuse(true);
        FakeController leader = controller();
        session("127.0.0.1:1", follower.address(), leader.address());

        await().until(() -> leader.registrations().size() == 1);
        assertThat(follower.registrations()).hasSize(1);
        assertThat(refusal).hasValue("");
    }

    @Test
    void aFollowerSendsAnAgentToALeaderThatItWasNotToldOf() throws IOException {
        FakeController follower = controller();
        FakeController leader = controller();
        follower.follow(leader.address());
        session(follower.address());

        await().until(() -> leader.registrations().size() == 1);
        assertThat(follower.registrations()).hasSize(1);
    }

    @Test
    void whileNobodyLeadsAFollowerIsAskedAgainUntilItLeads() throws IOException {
        FakeController dead = controller();
        FakeController heir = controller();
        session(dead.address(), heir.address());
        await().until(() -> dead.registrations().size() == 1);
        heir.follow("");
        dead.close();
        await().until(() -> heir.registrations().size() >= 2);

        heir.lead(2);
        await().until(() -> acknowledged.get() >= 1);
    }

    @Test
    void aControllerThatBelievesToLeadAfterAnotherTookOverIsNotObeyed() throws IOException {
        FakeController old = controller();
        FakeController leader = controller();
        old.lead(7);
        leader.lead(8);
        session(leader.address(), old.address());
        await().until(() -> leader.registrations().size() == 1);
        leader.start(start("job", 1, FOREVER));
        await().until(() -> leader.isIn(RunPhase.RUN_PHASE_RUNNING, "job", 1));

        leader.hangUp();

        await().until(() ->
                old.registrations().size() == 1 && leader.registrations().size() == 2);
        assertThat(old.received()).as("nothing but its registration").hasSize(1);
    }

    @Test
    void anAgentThatIsRefusedForGoodSaysWhyAndComesNoMore() throws IOException {
        FakeController controller = controller();
        controller.refuse(false);
        session(controller.address());

        await().until(() -> "not today".equals(refusal.get()));
        assertThat(controller.registrations()).hasSize(1);
    }

    @Test
    void aConnectionThatSwallowsEverythingIsGivenUp() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> acknowledged.get() >= 1);

        controller.fallSilent();

        await().until(() -> controller.registrations().size() == 2);
        assertThat(controller.registrations().get(1).getAgentId()).isEqualTo("life-1");
    }

    @Test
    void aRunIsReportedUntilItIsForgottenOverAnyNumberOfSessions() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);
        controller.start(start("job", 1, "exit 4"));
        await().until(() -> controller.isIn(RunPhase.RUN_PHASE_ENDED, "job", 1));
        assertThat(controller.latest("job", 1).orElseThrow().getRanks(0).getState())
                .isEqualTo(RankState.RANK_STATE_FAILED);
        assertThat(controller.latest("job", 1).orElseThrow().getRanks(0).getExitCode())
                .isEqualTo(4);

        controller.hangUp();
        await().until(() -> controller.registrations().size() == 2);
        assertThat(controller.registrations().get(1).getRunsList())
                .singleElement()
                .satisfies(run -> {
                    assertThat(run.getPhase()).isEqualTo(RunPhase.RUN_PHASE_ENDED);
                    assertThat(run.getRanks(0).getExitCode()).isEqualTo(4);
                });

        controller.forget("job", 1);
        controller.hangUp();
        await().until(() -> controller.registrations().size() == 3);
        assertThat(controller.registrations().get(2).getRunsList()).isEmpty();
    }

    @Test
    void ordersThatMakeNoSenseAreAnsweredAndHarmNothing() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);

        controller.start(StartRun.newBuilder()
                .setJobUid("../../etc")
                .setEpoch(1)
                .setRanks(1)
                .build());
        controller.start(
                StartRun.newBuilder().setJobUid("none").setEpoch(1).setRanks(0).build());
        controller.stop(StopRun.newBuilder().setJobUid("unknown").setEpoch(4).build());
        controller.forget("never", 1);
        controller.send(message -> {});
        controller.start(start("job", 1, FOREVER));

        await().until(() -> controller.isIn(RunPhase.RUN_PHASE_RUNNING, "job", 1));
        assertThat(ended(controller, "../../etc", 1).getMessage()).contains("is no job uid");
        assertThat(ended(controller, "none", 1).getMessage()).startsWith("0 ranks for one host");
        assertThat(ended(controller, "unknown", 4).getMessage()).isEqualTo("not known on this host");
        assertThat(controller.registrations()).hasSize(1);
    }

    @Test
    void progressAndHealthReachTheControllerAlsoAfterAnAbsence() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);
        controller.start(start("job", 1, "echo step=3 checkpoint=2 loss=0.25 > $MUSTER_PROGRESS_FILE; " + FOREVER));
        await().until(() -> controller.progress().size() == 1);
        assertThat(controller.progress().get(0).getLoss()).isEqualTo(0.25);

        outbox.health(new HealthEvent("e1", 1, "xid", "79", 0, "d", HealthSeverity.FATAL, "m", "line"));
        await().until(() -> controller.health().size() == 1);
        controller.hangUp();
        await().until(() ->
                controller.health().size() == 2 && controller.progress().size() == 2);
        assertThat(controller.health().get(1).getId()).isEqualTo("e1");
        assertThat(controller.progress().get(1).getStep()).isEqualTo(3);

        controller.send(message -> message.setHealthAck(HealthAck.newBuilder().setId("e1")));
        outbox.health(new HealthEvent("e2", 1, "xid", "31", 0, "d", HealthSeverity.JOB, "m", "line"));
        await().until(() -> controller.health().size() == 3);
        controller.hangUp();
        await().until(() -> controller.health().size() == 4);
        assertThat(controller.health().get(3).getId()).isEqualTo("e2");
    }

    @Test
    void outputIsFollowedUntilTheRunEnds() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);
        controller.start(start(
                "job", 1, "echo one; while [ ! -e " + directory.resolve("go") + " ]; do sleep 0.05; done; echo two"));
        await().until(() -> controller.isIn(RunPhase.RUN_PHASE_RUNNING, "job", 1));

        controller.send(message -> message.setLogRequest(request(1, 0, true, 1 << 20)));
        await().until(() -> controller.text(1).equals("one\n"));
        controller.send(message -> message.setLogRequest(request(2, 0, false, 1 << 20)));
        await().until(() -> isEnded(controller, 2));
        assertThat(controller.text(2)).isEqualTo("one\n");

        Files.createFile(directory.resolve("go"));
        await().until(() -> isEnded(controller, 1));
        assertThat(controller.text(1)).isEqualTo("one\ntwo\n");
        controller.forget("job", 1);
        controller.send(message -> message.setLogRequest(request(3, 1, false, 1 << 20)));
        await().until(() -> isEnded(controller, 3));
        assertThat(controller.text(3)).as("of an attempt that is over").isEqualTo("two\n");
    }

    @Test
    void nobodyGetsMoreOutputThanTheyAskedFor() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);
        controller.start(start("job", 1, "seq 1 10000"));
        await().until(() -> controller.isIn(RunPhase.RUN_PHASE_ENDED, "job", 1));

        controller.send(message -> message.setLogRequest(request(1, 0, true, 100)));
        await().until(() -> controller.text(1).length() == 100);
        controller.send(message ->
                message.setLogCredit(LogCredit.newBuilder().setRequestId(1).setBytes(50)));
        await().until(() -> controller.text(1).length() >= 150);
        assertThat(controller.text(1)).hasSize(150);
        controller.send(message -> message.setLogCancel(LogCancel.newBuilder().setRequestId(1)));
        controller.send(message ->
                message.setLogCredit(LogCredit.newBuilder().setRequestId(1).setBytes(1000)));

        controller.send(message -> message.setLogRequest(request(2, 0, true, 1 << 20)));
        await().until(() -> isEnded(controller, 2));
        assertThat(controller.text(2)).startsWith("1\n2\n").endsWith("9999\n10000\n");
        assertThat(controller.log(2)).allMatch(chunk -> chunk.getData().size() <= 32 << 10);
        assertThat(controller.text(1)).as("cancelled before").hasSize(150);
    }

    @Test
    void whatHasBeenDroppedOrIsNotThereIsSaid() throws IOException {
        FakeController controller = controller();
        session(controller.address());
        await().until(() -> controller.registrations().size() == 1);
        controller.start(start("job", 1, "seq 1 50000"));
        await().until(() -> controller.isIn(RunPhase.RUN_PHASE_ENDED, "job", 1));

        controller.send(message -> message.setLogRequest(request(1, 0, false, 1 << 20)));
        await().until(() -> isEnded(controller, 1));
        assertThat(controller.log(1).get(0).getNotice()).isEqualTo("older output was dropped");
        assertThat(controller.text(1)).endsWith("\n49999\n50000\n");

        controller.send(message ->
                message.setLogRequest(request(2, 0, false, 1 << 20).toBuilder().setRank(77)));
        await().until(() -> isEnded(controller, 2));
        assertThat(controller.log(2).get(0).getNotice())
                .isEqualTo("no output of rank 77 of job/1 is kept on this host");
    }

    private FakeController controller() {
        FakeController controller = FakeController.start();
        open.add(controller);
        return controller;
    }

    private ControllerSession session(String... addresses) throws IOException {
        TestHost host = new TestHost(directory, 1, outbox);
        open.add(host);
        Registration registration = new Registration(
                "n1",
                "life-1",
                "boot",
                "1.0",
                "10.0.0.9",
                List.of("z1", "b1"),
                4000,
                1L << 30,
                "fake-a100",
                List.of(new Device(0, "fake-0", Vendor.FAKE, "fake-a100", 1, "")),
                Map.of("room", "7"),
                false);
        ControllerSession session = new ControllerSession(
                registration,
                new Controllers(
                        List.of(addresses).stream()
                                .map(ControllerAddress::parse)
                                .toList(),
                        Optional.empty()),
                host.runs(),
                outbox,
                BootClock.systemClocks(),
                new Random(1),
                new CountingObserver(),
                refusal::set);
        open.add(session);
        session.begin();
        return session;
    }

    private static StartRun start(String jobUid, long epoch, String script) {
        return StartRun.newBuilder()
                .setJobUid(jobUid)
                .setEpoch(epoch)
                .setRanks(1)
                .setNodes(1)
                .setWorldSize(1)
                .setAccelerators(1)
                .setTemplate(TemplateSpec.newBuilder().addAllCommand(List.of("sh", "-c", script)))
                .build();
    }

    private static LogRequest request(long id, int tail, boolean follow, long credit) {
        return LogRequest.newBuilder()
                .setRequestId(id)
                .setJobUid("job")
                .setEpoch(1)
                .setTailLines(tail)
                .setFollow(follow)
                .setCreditBytes(credit)
                .build();
    }

    private static boolean isEnded(FakeController controller, long requestId) {
        return controller.log(requestId).stream().anyMatch(chunk -> chunk.getEnd());
    }

    private static RunReport ended(FakeController controller, String jobUid, long epoch) {
        RunReport report = controller.latest(jobUid, epoch).orElseThrow();
        assertThat(report.getPhase()).isEqualTo(RunPhase.RUN_PHASE_ENDED);
        return report;
    }

    private final class CountingObserver implements SessionObserver {
        @Override
        public void registered() {}

        @Override
        public void disconnected() {}

        @Override
        public void heartbeatSent() {}

        @Override
        public void heartbeatAcknowledged(long roundTripNanos) {
            acknowledged.incrementAndGet();
        }

        @Override
        public void isolationKill() {}
    }
}
