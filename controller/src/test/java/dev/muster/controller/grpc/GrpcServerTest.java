package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.proto.v1.AgentMessage;
import dev.muster.proto.v1.AgentServiceGrpc;
import dev.muster.proto.v1.ControllerMessage;
import dev.muster.proto.v1.FleetServiceGrpc;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.ListQueuesRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The door itself: listening, health, reflection and bounds. */
@Timeout(60)
class GrpcServerTest {

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> new TestServer(
                            GrpcServer.Settings.of("127.0.0.1", port), AgentGrpcService.Patience.DEFAULT))
                    .isInstanceOf(BindException.class)
                    .hasMessage("cannot listen for gRPC on 127.0.0.1:" + port
                            + ": the port is in use; stop the program that listens there, or choose another port");
        }
    }

    @Test
    void anAddressThatIsNotOursIsOneClearLine() {
        assertThatThrownBy(() ->
                        new TestServer(GrpcServer.Settings.of("203.0.113.7", 0), AgentGrpcService.Patience.DEFAULT))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("203.0.113.7:0")
                .hasMessageContaining("choose another address")
                .hasMessageNotContaining("\n");
    }

    @Test
    void healthFollowsWhatTheControllerSaysAboutItself() throws Exception {
        TestServer server = TestServer.start();
        try {
            assertThat(health(server, "")).isEqualTo(ServingStatus.NOT_SERVING);
            server.server.setServing(true);
            assertThat(health(server, "")).isEqualTo(ServingStatus.SERVING);
            assertThat(health(server, AgentServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
            server.server.setServing(false);
            assertThat(health(server, JobServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.NOT_SERVING);
        } finally {
            server.close();
        }
    }

    @Test
    void reflectionListsEveryService() throws Exception {
        TestServer server = TestServer.start();
        try {
            StreamRecorder<ServerReflectionRequest, ServerReflectionResponse> client = new StreamRecorder<>(true);
            ServerReflectionGrpc.newStub(server.channel)
                    .serverReflectionInfo(client)
                    .onNext(ServerReflectionRequest.newBuilder()
                            .setListServices("")
                            .build());
            await().until(() -> !client.heard.isEmpty());
            assertThat(client.heard.get(0).getListServicesResponse().getServiceList())
                    .extracting(service -> service.getName())
                    .contains("muster.v1.JobService", "muster.v1.FleetService", "muster.v1.AgentService");
        } finally {
            server.close();
        }
    }

    @Test
    void aCrowdOfClientsIsTurnedAwayWhileAgentsAndHealthGoOn() throws Exception {
        TestServer server = new TestServer(
                new GrpcServer.Settings(
                        "127.0.0.1", 0, 1, 2, Duration.ofSeconds(1), Duration.ofSeconds(10), Optional.empty()),
                AgentGrpcService.Patience.DEFAULT);
        ManagedChannel other = server.channel();
        try {
            server.jobs.pendingSubscription.set(new CompletableFuture<>());
            StreamRecorder<JobRequest, JobUpdate> first = watch(server.channel);
            watch(other);
            await().until(() -> server.server.openStreams() == 2);

            assertThatThrownBy(() -> queues(other))
                    .hasMessageContaining("RESOURCE_EXHAUSTED: more than 2 calls are open");
            assertThat(health(server, "")).isEqualTo(ServingStatus.NOT_SERVING);
            StreamRecorder<AgentMessage, ControllerMessage> agent = new StreamRecorder<>(true);
            AgentServiceGrpc.newStub(server.channel).connect(agent);
            await().until(() -> server.server.openStreams() == 3);
            StreamRecorder<AgentMessage, ControllerMessage> oneTooMany = new StreamRecorder<>(true);
            AgentServiceGrpc.newStub(other).connect(oneTooMany);
            assertThat(oneTooMany.awaitEnd().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

            first.call.join().cancel("done", null);
            await().ignoreExceptions().until(() -> queues(other) == 2);
        } finally {
            other.shutdownNow();
            server.close();
        }
    }

    private static StreamRecorder<JobRequest, JobUpdate> watch(ManagedChannel channel) {
        StreamRecorder<JobRequest, JobUpdate> client = new StreamRecorder<>(true);
        JobServiceGrpc.newStub(channel)
                .watch(JobRequest.newBuilder().setName("digits").build(), client);
        return client;
    }

    private static int queues(ManagedChannel channel) {
        return FleetServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .listQueues(ListQueuesRequest.getDefaultInstance())
                .getQueuesCount();
    }

    private static ServingStatus health(TestServer server, String service) {
        return HealthGrpc.newBlockingStub(server.channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }
}
