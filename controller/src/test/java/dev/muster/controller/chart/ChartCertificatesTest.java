package dev.muster.controller.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.controller.grpc.GrpcServer;
import dev.muster.controller.grpc.ServerTls;
import dev.muster.controller.operations.FollowerFleet;
import dev.muster.controller.operations.FollowerJobs;
import dev.muster.controller.session.FollowerGateway;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.etcd.EtcdServer;
import dev.muster.controller.store.etcd.EtcdSettings;
import dev.muster.controller.store.etcd.EtcdSettings.Identity;
import dev.muster.controller.store.etcd.EtcdSettings.Tls;
import dev.muster.controller.store.etcd.EtcdStateStore;
import dev.muster.security.HandshakeProbe;
import dev.muster.security.TlsClient;
import dev.muster.security.TlsFiles;
import dev.muster.security.TlsMaterial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates that the chart makes, in the hands of real etcd members and of the controller's own store. */
class ChartCertificatesTest {

    @TempDir
    Path directory;

    private final Rendering rendering = Chart.render("{}");

    @BeforeEach
    void writeSecrets() throws IOException {
        for (String secret :
                List.of("muster-etcd-server", "muster-etcd-client", "muster-grpc-server", "muster-grpc-client")) {
            JsonNode data = rendering.get("Secret/" + secret).path("data");
            Path folder = Files.createDirectory(directory.resolve(secret));
            for (String file : List.of("ca.crt", "tls.crt", "tls.key")) {
                Files.write(
                        folder.resolve(file),
                        Base64.getDecoder().decode(data.path(file).asText()));
            }
        }
    }

    @Test
    void theControllerSpeaksTlsToThreeMembersThatSpeakTlsToEachOther() {
        try (EtcdServer etcd = members(3);
                StateStore store = store(etcd, Optional.of(identity()))) {
            assertThat(store.get("/muster/v1/schema")
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join())
                    .isEmpty();
        }
    }

    @Test
    void etcdLetsNobodyInWithoutACertificate() {
        try (EtcdServer etcd = members(1)) {
            assertThatThrownBy(() -> {
                        store(etcd, Optional.empty()).close();
                    })
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void theCertificateOfMembersIsForTheNamesThatTheChartCallsThemBy() throws CertificateException {
        String store = Rendering.texts(
                        rendering.container("Deployment/muster-controller").path("args"))
                .stream()
                .filter(argument -> argument.startsWith("--store=etcd://"))
                .findFirst()
                .orElseThrow();
        List<String> hosts = List.of(store.substring("--store=etcd://".length()).split(",")).stream()
                .map(endpoint -> endpoint.replaceFirst(":2379$", ""))
                .toList();
        assertThat(hosts).hasSize(3);
        X509Certificate certificate = certificate("Secret/muster-etcd-server");
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsAll(hosts);
        // What ETCD_PEER_CERT_ALLOWED_CN lets in: members, and not the controller.
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=muster-etcd");
        assertThat(certificate("Secret/muster-etcd-client")
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=muster");
    }

    @Test
    void agentsAreLetInByTheControllerWhoseNameTheyAreTold() throws Exception {
        Optional<String> name =
                Rendering.texts(rendering
                                .container("DaemonSet/muster-agent-nvidia")
                                .path("args"))
                        .stream()
                        .filter(argument -> argument.startsWith("--tls-server-name="))
                        .map(argument -> argument.substring("--tls-server-name=".length()))
                        .findFirst();
        Supplier<Optional<String>> noLeader = Optional::empty;
        GrpcServer controller = GrpcServer.start(
                GrpcServer.Settings.of("127.0.0.1", 0)
                        .withTls(Optional.of(ServerTls.read(files("muster-grpc-server"), name, System::nanoTime))),
                new GrpcServer.Ports(
                        new FollowerJobs(noLeader),
                        new FollowerFleet(noLeader),
                        new FollowerGateway(noLeader),
                        failure -> Optional.empty()));
        try {
            TlsMaterial agent = TlsMaterial.read(files("muster-grpc-client"), System::nanoTime, Duration.ZERO);
            assertThat(HandshakeProbe.diagnose("127.0.0.1", controller.port(), Optional.of(new TlsClient(agent, name))))
                    .isEmpty();
            TlsMaterial stranger = TlsMaterial.read(files("muster-etcd-client"), System::nanoTime, Duration.ZERO);
            assertThat(HandshakeProbe.diagnose(
                            "127.0.0.1", controller.port(), Optional.of(new TlsClient(stranger, name))))
                    .isPresent();
        } finally {
            controller.stop(Duration.ofSeconds(5));
        }
    }

    private TlsFiles files(String secret) {
        Path folder = directory.resolve(secret);
        return new TlsFiles(
                Optional.of(folder.resolve("ca.crt")),
                Optional.of(new TlsFiles.Identity(folder.resolve("tls.crt"), folder.resolve("tls.key"))));
    }

    private X509Certificate certificate(String secret) throws CertificateException {
        byte[] pem = Base64.getDecoder()
                .decode(rendering.get(secret).at("/data/tls.crt").asText());
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private EtcdServer members(int count) {
        Path folder = directory.resolve("muster-etcd-server");
        return EtcdServer.start(
                count,
                "--trusted-ca-file=" + folder.resolve("ca.crt"),
                "--cert-file=" + folder.resolve("tls.crt"),
                "--key-file=" + folder.resolve("tls.key"),
                "--client-cert-auth",
                "--peer-trusted-ca-file=" + folder.resolve("ca.crt"),
                "--peer-cert-file=" + folder.resolve("tls.crt"),
                "--peer-key-file=" + folder.resolve("tls.key"),
                "--peer-client-cert-auth",
                "--peer-cert-allowed-cn=muster-etcd");
    }

    private Identity identity() {
        Path folder = directory.resolve("muster-etcd-client");
        return new Identity(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    }

    private StateStore store(EtcdServer etcd, Optional<Identity> identity) {
        Path authority = directory.resolve("muster-etcd-client/ca.crt");
        return EtcdStateStore.open(
                EtcdSettings.of(etcd.endpoints())
                        .withRequestTimeout(Duration.ofSeconds(10))
                        .withTls(Optional.of(new Tls(Optional.of(authority), identity))),
                System::nanoTime);
    }
}
