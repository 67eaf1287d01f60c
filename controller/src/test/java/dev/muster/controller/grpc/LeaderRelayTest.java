package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.controller.operations.FollowerFleet;
import dev.muster.controller.operations.FollowerJobs;
import dev.muster.controller.session.FollowerGateway;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.muster.proto.v1.ListJobsRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A controller that follows, before a real one that leads. */
class LeaderRelayTest {

    private static final Metadata.Key<String> LEADER =
            Metadata.Key.of("muster-leader", Metadata.ASCII_STRING_MARSHALLER);

    private volatile Optional<String> leader = Optional.empty();
    private TestServer leading;
    private GrpcServer following;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        leading = TestServer.start();
        following = follower(() -> leader);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", following.port())
                .usePlaintext()
                .build();
        leader = Optional.of("127.0.0.1:" + leading.server.port());
    }

    private static GrpcServer follower(Supplier<Optional<String>> leader) throws IOException {
        return GrpcServer.start(
                GrpcServer.Settings.of("127.0.0.1", 0),
                new GrpcServer.Ports(
                        new FollowerJobs(leader),
                        new FollowerFleet(leader),
                        new FollowerGateway(leader),
                        FailureTranslator.none(),
                        leader));
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        following.stop(Duration.ofSeconds(5));
        leading.close();
    }

    private JobServiceBlockingStub jobs() {
        return JobServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static JobRequest digits() {
        return JobRequest.newBuilder().setNamespace("default").setName("digits").build();
    }

    private StatusRuntimeException refused(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run);
    }

    private static String pointer(StatusRuntimeException refusal) {
        return String.valueOf(
                refusal.getTrailers() == null ? "none" : refusal.getTrailers().get(LEADER));
    }

    @Test
    void aQuestionIsAnsweredByTheLeaderThroughTheFollower() {
        ManagedChannel direct = leading.channel();
        Object straight = JobServiceGrpc.newBlockingStub(direct).list(ListJobsRequest.getDefaultInstance());
        direct.shutdownNow();
        assertThat((Object) jobs().list(ListJobsRequest.getDefaultInstance())).isEqualTo(straight);
    }

    @Test
    void aRefusalOfTheLeaderComesThroughAsItIs() {
        StatusRuntimeException refusal = refused(() -> jobs().get(JobRequest.newBuilder()
                .setNamespace("default")
                .setName("")
                .build()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aChangeIsPointedToTheLeader() {
        StatusRuntimeException refusal = refused(() -> jobs().cancel(digits()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(pointer(refusal)).isEqualTo(leader.orElseThrow());
        assertThat(refusal.getStatus().getDescription()).contains("ask the leader at " + leader.orElseThrow());
    }

    @Test
    void aStreamIsPointedToTheLeader() {
        StatusRuntimeException refusal = refused(() -> jobs().watch(digits()).next());
        assertThat(pointer(refusal)).isEqualTo(leader.orElseThrow());
    }

    @Test
    void withoutALeaderQuestionsAreRefusedWithoutAPointer() {
        leader = Optional.empty();
        StatusRuntimeException refusal = refused(() -> jobs().list(ListJobsRequest.getDefaultInstance()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(pointer(refusal)).isEmpty();
        assertThat(refusal.getStatus().getDescription()).contains("no controller leads");
    }

    @Test
    void aLeaderThatHasJustDiedIsSaidToBeAway() throws InterruptedException {
        leading.close();
        StatusRuntimeException refusal = refused(() -> jobs().list(ListJobsRequest.getDefaultInstance()));
        assertThat(pointer(refusal)).isEmpty();
        assertThat(refusal.getStatus().getDescription()).contains("does not answer");
    }

    @Test
    void twoThatBelieveTheOtherLeadsDoNotAskEachOtherForEver() throws IOException, InterruptedException {
        GrpcServer other = follower(() -> Optional.of("127.0.0.1:" + following.port()));
        leader = Optional.of("127.0.0.1:" + other.port());
        StatusRuntimeException refusal = refused(() -> jobs().list(ListJobsRequest.getDefaultInstance()));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        other.stop(Duration.ofSeconds(5));
    }
}
