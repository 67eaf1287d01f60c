package dev.muster.controller.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.controller.operations.FollowerFleet;
import dev.muster.controller.operations.FollowerJobs;
import dev.muster.controller.session.FollowerGateway;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.security.Certificates;
import dev.muster.security.HandshakeProbe;
import dev.muster.security.TlsClient;
import dev.muster.security.TlsFiles;
import dev.muster.security.TlsFiles.Identity;
import dev.muster.security.TlsMaterial;
import dev.muster.security.TlsProblem;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes with controllers, and between a follower and its leader. */
@SuppressWarnings("NullAway.Init") // JUnit calls makeCertificates() first
class GrpcTlsTest {

    private static final String NAME = "muster.example";

    @TempDir
    private static Path made;

    private static Certificates ours;
    private static Certificates strangers;
    private static Identity server;
    private static Identity renewed;
    private static Identity client;
    private static Identity stranger;
    private static Identity expired;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    @BeforeAll
    static void makeCertificates() {
        ours = Certificates.authority(made, "ours");
        strangers = Certificates.authority(made, "strangers");
        server = ours.issue("server", "san=dns:" + NAME);
        renewed = ours.issue("renewed", "san=dns:" + NAME);
        client = ours.issue("client", "san=dns:client");
        stranger = strangers.issue("stranger", "san=dns:" + NAME);
        expired = ours.issue("expired", "san=dns:" + NAME, "-startdate", "-3d", "-validity", "1");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static TlsFiles files(Optional<Certificates> trusted, Identity shown) {
        return new TlsFiles(trusted.map(Certificates::authority), Optional.of(shown));
    }

    private Optional<ServerTls> tls(TlsFiles files) throws TlsProblem {
        return Optional.of(ServerTls.read(files, Optional.of(NAME), nanos::get, Duration.ofMinutes(1)));
    }

    /** A controller that leads. */
    private int leader(TlsFiles files) throws IOException, TlsProblem {
        TestServer started = new TestServer(
                GrpcServer.Settings.of("127.0.0.1", 0).withTls(tls(files)), AgentGrpcService.Patience.DEFAULT);
        open.add(started::close);
        return started.server.port();
    }

    /** A controller that follows the one at this port. */
    private int follower(int leader, TlsFiles files) throws IOException, TlsProblem {
        Supplier<Optional<String>> where = () -> Optional.of("127.0.0.1:" + leader);
        GrpcServer following = GrpcServer.start(
                GrpcServer.Settings.of("127.0.0.1", 0).withTls(tls(files)),
                new GrpcServer.Ports(
                        new FollowerJobs(where),
                        new FollowerFleet(where),
                        new FollowerGateway(where),
                        FailureTranslator.none(),
                        where));
        open.add(() -> following.stop(Duration.ofSeconds(5)));
        return following.port();
    }

    private static TlsClient caller(Certificates trusted, Optional<Identity> shown, String name) throws TlsProblem {
        TlsFiles files = new TlsFiles(Optional.of(trusted.authority()), shown);
        return new TlsClient(TlsMaterial.read(files, System::nanoTime, Duration.ZERO), Optional.of(name));
    }

    /** Asks for the list of jobs; the status that it ends with. */
    private Status ask(int port, TlsClient caller) {
        TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
        caller.material().identity().ifPresent(credentials::keyManager);
        caller.material().authority().ifPresent(credentials::trustManager);
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port, credentials.build())
                .overrideAuthority(caller.serverName().orElseThrow())
                .build();
        try {
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> JobServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .list(ListJobsRequest.getDefaultInstance()));
            return failure == null ? Status.OK : failure.getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private static Optional<String> diagnosis(int port, TlsClient caller) {
        return HandshakeProbe.diagnose("127.0.0.1", port, Optional.of(caller));
    }

    @Test
    void whoTrustsTheServerIsAnsweredAndWhoDoesNotIsToldWhy() throws Exception {
        int port = leader(files(Optional.empty(), server));
        TlsClient good = caller(ours, Optional.empty(), NAME);
        assertThat(ask(port, good).isOk()).isTrue();
        assertThat(diagnosis(port, good)).isEmpty();

        TlsClient distrustful = caller(strangers, Optional.empty(), NAME);
        assertThat(ask(port, distrustful).isOk()).isFalse();
        assertThat(diagnosis(port, distrustful).orElse("none")).contains("not signed by an authority of");

        TlsClient elsewhere = caller(ours, Optional.empty(), "other.example");
        assertThat(ask(port, elsewhere).isOk()).isFalse();
        assertThat(diagnosis(port, elsewhere).orElse("none")).contains("another name than other.example");

        assertThat(HandshakeProbe.diagnose("127.0.0.1", port, Optional.empty()).orElse("none"))
                .contains("it speaks TLS");
    }

    @Test
    void anExpiredCertificateIsCalledSo() throws Exception {
        int port = leader(files(Optional.empty(), expired));
        TlsClient caller = caller(ours, Optional.empty(), NAME);
        assertThat(ask(port, caller).isOk()).isFalse();
        assertThat(diagnosis(port, caller).orElse("none")).contains("expired");
    }

    @Test
    void whereCallersMustShowACertificateOthersAreNotAnswered() throws Exception {
        int port = leader(files(Optional.of(ours), server));
        assertThat(ask(port, caller(ours, Optional.of(client), NAME)).isOk()).isTrue();
        assertThat(diagnosis(port, caller(ours, Optional.of(client), NAME))).isEmpty();

        TlsClient nobody = caller(ours, Optional.empty(), NAME);
        assertThat(ask(port, nobody).isOk()).isFalse();
        assertThat(diagnosis(port, nobody).orElse("none")).contains("--tls-cert and --tls-key");

        TlsClient foreign = caller(ours, Optional.of(stranger), NAME);
        assertThat(ask(port, foreign).isOk()).isFalse();
        assertThat(diagnosis(port, foreign).orElse("none")).contains("does not accept our certificate");
    }

    @Test
    void aServerWithoutTlsIsToldApart() throws Exception {
        TestServer plain = TestServer.start();
        open.add(plain::close);
        assertThat(diagnosis(plain.server.port(), caller(ours, Optional.empty(), NAME))
                        .orElse("none"))
                .contains("it does not speak TLS");
        assertThat(HandshakeProbe.diagnose("127.0.0.1", plain.server.port(), Optional.empty()))
                .isEmpty();
    }

    @Test
    void aFollowerAsksTheLeaderWithItsOwnCertificate() throws Exception {
        TlsFiles mutual = files(Optional.of(ours), server);
        int port = follower(leader(mutual), mutual);
        assertThat(ask(port, caller(ours, Optional.of(client), NAME)).isOk()).isTrue();
    }

    @Test
    void withoutAnAuthorityForCallersAFollowerTrustsItsOwnCertificate() throws Exception {
        TlsFiles shared = files(Optional.empty(), server);
        int port = follower(leader(shared), shared);
        assertThat(ask(port, caller(ours, Optional.empty(), NAME)).isOk()).isTrue();
    }

    @Test
    void aFollowerDoesNotTalkToALeaderThatItCannotVerify() throws Exception {
        int impostor = leader(files(Optional.empty(), stranger));
        int port = follower(impostor, files(Optional.of(ours), server));
        Status status = ask(port, caller(ours, Optional.of(client), NAME));
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription())
                .contains("the leader at 127.0.0.1:" + impostor)
                .contains("not signed by an authority of " + ours.authority());
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        Identity used = new Identity(
                Files.copy(expired.certificate(), made.resolve("used.pem")),
                Files.copy(expired.key(), made.resolve("used.key")));
        int port = leader(files(Optional.empty(), used));
        TlsClient caller = caller(ours, Optional.empty(), NAME);
        assertThat(ask(port, caller).isOk()).isFalse();

        Files.copy(renewed.certificate(), used.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(renewed.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(ask(port, caller).isOk()).isTrue();
    }
}
