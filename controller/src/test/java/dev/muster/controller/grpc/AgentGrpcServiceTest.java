package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentMessage.Heartbeat;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.proto.v1.LogChunk;
import dev.muster.proto.v1.Register;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of agents over loopback. */
@Timeout(60)
class AgentGrpcServiceTest {

    private TestServer server = TestServer.start();

    AgentGrpcServiceTest() throws Exception {}

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void anAgentRegistersAndTalksBothWays() {
        server.gateway.answer = (outbox, message) -> {
            if (message instanceof Registration) {
                outbox.send(new AgentCommand.Registered("s1", Duration.ofSeconds(2), Duration.ofMinutes(5), 7));
            } else if (message instanceof Heartbeat heartbeat) {
                outbox.send(new AgentCommand.HeartbeatAck(heartbeat.sequence()));
            }
        };
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        StreamObserver<AgentMessage> toServer = connect(agent);
        toServer.onNext(register("h1"));
        for (int i = 1; i <= 100; i++) {
            toServer.onNext(heartbeat(i));
        }

        await().until(() -> agent.heard.size() == 101);

        assertThat(agent.heard.get(0).getRegistered().getSessionId()).isEqualTo("s1");
        assertThat(agent.heard.subList(1, 101))
                .extracting(message -> message.getHeartbeatAck().getSequence())
                .isSorted()
                .endsWith(100L);
        assertThat(server.gateway.connections.get(0).outbox.peer()).startsWith("127.0.0.1:");
    }

    @Test
    void aStreamThatDoesNotBeginWithRegisterIsRefusedAndTheCoreNeverHearsOfIt() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(heartbeat(1));

        Status end = agent.awaitEnd();

        assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.getDescription()).isEqualTo("the first message of an agent must be Register, not Heartbeat");
        assertThat(server.gateway.connections).isEmpty();
    }

    @Test
    void aStreamThatSaysNothingIsEnded() throws Exception {
        restart(new AgentGrpcService.Patience(Duration.ofMillis(50), Duration.ofSeconds(5), 100, 1000));
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent);
        assertThat(agent.awaitEnd().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(server.server.openStreams()).isZero();
    }

    @Test
    void aSecondRegistrationOnOneStreamIsRefused() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        StreamObserver<AgentMessage> toServer = connect(agent);
        toServer.onNext(register("h1"));
        toServer.onNext(register("h2"));
        assertThat(agent.awaitEnd().getDescription()).contains("registered already");
        assertThat(server.gateway.connections).hasSize(1);
        await().untilAsserted(() -> assertThat(server.gateway.connections.get(0).closed)
                .singleElement()
                .asString()
                .contains("registered already"));
    }

    @Test
    void aMessageWithNonsenseEndsTheStreamWithTheNameOfTheField() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(register("../h1"));
        Status end = agent.awaitEnd();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).startsWith("register.host: is ").contains("../h1");
    }

    @Test
    void aMessageOfTheFutureIsPassedOver() {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        StreamObserver<AgentMessage> toServer = connect(agent);
        toServer.onNext(register("h1"));
        toServer.onNext(AgentMessage.getDefaultInstance());
        toServer.onNext(heartbeat(9));
        await().until(() -> !server.gateway.connections.isEmpty()
                && server.gateway.connections.get(0).heard.contains(new Heartbeat(9)));
    }

    @Test
    void theCoreHearsOnceThatAConnectionBroke() {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(register("h1"));
        FakeGateway.Connection connection = firstConnection();

        server.channel.shutdownNow();

        await().until(() -> !connection.closed.isEmpty());
        await().until(() -> server.server.openStreams() == 0);
        assertThat(connection.closed).containsExactly("the connection closed");
    }

    @Test
    void anAgentThatLeavesIsHeardToLeave() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        StreamObserver<AgentMessage> toServer = connect(agent);
        toServer.onNext(register("h1"));
        toServer.onCompleted();
        assertThat(agent.awaitEnd().isOk()).isTrue();
        assertThat(firstConnection().closed).containsExactly("the agent ended the stream");
    }

    @Test
    void whatTheCoreSaysLastArrivesBeforeTheEnd() throws Exception {
        server.gateway.answer = (outbox, message) -> {
            outbox.send(new AgentCommand.Refused("another agent holds this host", true));
            outbox.close();
        };
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(register("h1"));
        assertThat(agent.awaitEnd().isOk()).isTrue();
        assertThat(agent.heard).hasSize(1);
        assertThat(agent.heard.get(0).getRefused().getReason()).isEqualTo("another agent holds this host");
    }

    @Test
    void anAgentThatDoesNotReadIsCutOffInsteadOfFillingTheMemory() {
        restart(new AgentGrpcService.Patience(Duration.ofSeconds(10), Duration.ofSeconds(5), 50, 1L << 30));
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(false);
        connect(agent).onNext(register("h1"));
        FakeGateway.Connection connection = firstConnection();

        AgentCommand.Refused large = new AgentCommand.Refused("x".repeat(20_000), true);
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            connection.outbox.send(large);
            return !connection.closed.isEmpty();
        });

        assertThat(connection.closed).singleElement().asString().startsWith("the agent does not read: 50 messages");
        connection.outbox.send(large);
        assertThat(server.server.openStreams()).isZero();
    }

    @Test
    void commandsFromManyThreadsAllArriveWhole() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(register("h1"));
        FakeGateway.Connection connection = firstConnection();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch go = new CountDownLatch(1);
        for (int t = 0; t < 4; t++) {
            long first = t * 1000L;
            threads.execute(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                for (long i = first; i < first + 1000; i++) {
                    connection.outbox.send(new AgentCommand.HeartbeatAck(i));
                }
            });
        }
        go.countDown();
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        await().until(() -> agent.heard.size() == 4000);
        List<Long> sequences = agent.heard.stream()
                .map(message -> message.getHeartbeatAck().getSequence())
                .sorted()
                .toList();
        assertThat(sequences).doesNotHaveDuplicates().startsWith(0L).endsWith(3999L);
    }

    @Test
    void aCoreThatIsBusyEndsTheStreamSoThatTheAgentTriesAgain() throws Exception {
        server.gateway.answer = (outbox, message) -> {
            throw new TestServer.LoopIsBusy();
        };
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(register("h1"));
        assertThat(agent.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        await().until(() -> !firstConnection().closed.isEmpty());
    }

    @Test
    void aMessageBeyondFourMebibytesNeverReachesTheCore() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        StreamObserver<AgentMessage> toServer = connect(agent);
        toServer.onNext(register("h1"));
        FakeGateway.Connection connection = firstConnection();
        toServer.onNext(AgentMessage.newBuilder()
                .setLog(LogChunk.newBuilder().setNotice("x".repeat(GrpcServer.MAX_MESSAGE_BYTES + 1)))
                .build());
        assertThat(agent.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        await().until(() -> !connection.closed.isEmpty());
        assertThat(connection.heard).hasSize(1);
    }

    @Test
    void aServerThatStopsTellsItsAgentsToComeBack() throws Exception {
        StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
        connect(agent).onNext(register("h1"));
        FakeGateway.Connection connection = firstConnection();

        server.server.stop(Duration.ofSeconds(20));

        assertThat(agent.awaitEnd().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(connection.closed).containsExactly("the controller is stopping; connect again soon");
    }

    private FakeGateway.Connection firstConnection() {
        await().until(() -> !server.gateway.connections.isEmpty()
                && !server.gateway.connections.get(0).heard.isEmpty());
        return server.gateway.connections.get(0);
    }

    private void restart(AgentGrpcService.Patience patience) {
        try {
            server.close();
            server = new TestServer(GrpcServer.Settings.of("127.0.0.1", 0), patience);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private StreamObserver<AgentMessage> connect(StreamRecorder<AgentMessage, ControllerMessage> agent) {
        return AgentServiceGrpc.newStub(server.channel).connect(agent);
    }

    private static AgentMessage register(String host) {
        return AgentMessage.newBuilder()
                .setRegister(
                        Register.newBuilder().setHost(host).setAgentId("life-1").setBootId("boot-1"))
                .build();
    }

    private static AgentMessage heartbeat(long sequence) {
        AgentMessage.Builder message = AgentMessage.newBuilder();
        message.getHeartbeatBuilder().setSequence(sequence);
        return message.build();
    }
}
