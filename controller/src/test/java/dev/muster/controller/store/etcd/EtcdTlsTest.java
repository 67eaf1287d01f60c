package dev.muster.controller.store.etcd;

import static dev.muster.controller.store.etcd.Stores.commit;
import static dev.muster.controller.store.etcd.Stores.join;
import static dev.muster.controller.store.etcd.Stores.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.etcd.EtcdSettings.Credentials;
import dev.muster.controller.store.etcd.EtcdSettings.Identity;
import dev.muster.controller.store.etcd.EtcdSettings.Tls;
import dev.muster.security.Certificates;
import dev.muster.security.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd that speaks TLS only and wants to know who is there, by certificate and by password. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit calls startEtcd() first
class EtcdTlsTest {

    @TempDir
    private static Path folder;

    private static Certificates ours;
    private static Certificates strangers;
    private static Identity client;
    private static EtcdServer etcd;

    @BeforeAll
    static void startEtcd() {
        ours = Certificates.authority(folder, "ours");
        strangers = Certificates.authority(folder, "strangers");
        Identity server = issued(ours, "server");
        client = issued(ours, "controller");
        etcd = EtcdServer.start(
                1,
                "--cert-file=" + server.certificate(),
                "--key-file=" + server.key(),
                "--trusted-ca-file=" + ours.authority(),
                "--client-cert-auth");
        etcdctl("user", "add", "root:secret");
        etcdctl("user", "grant-role", "root", "root");
        etcdctl("auth", "enable");
    }

    private static Identity issued(Certificates authority, String name) {
        TlsFiles.Identity files = authority.issue(name);
        return new Identity(files.certificate(), files.key());
    }

    private static void etcdctl(String... words) {
        String[] secured = new String[words.length + 3];
        secured[0] = "--cacert=" + ours.authority();
        secured[1] = "--cert=" + client.certificate();
        secured[2] = "--key=" + client.key();
        System.arraycopy(words, 0, secured, 3, words.length);
        etcd.etcdctl(secured);
    }

    @AfterAll
    static void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    private static EtcdSettings as(String password, Optional<Tls> tls) {
        return EtcdSettings.of(etcd.endpoints())
                .withRequestTimeout(Duration.ofSeconds(3))
                .withCredentials(Optional.of(new Credentials("root", password)))
                .withTls(tls);
    }

    private static Optional<Tls> tls(Certificates trusted, Optional<Identity> identity) {
        return Optional.of(new Tls(Optional.of(trusted.authority()), identity));
    }

    private static void assertRefused(EtcdSettings settings, String option) {
        assertThatThrownBy(() -> EtcdStateStore.open(settings, System::nanoTime))
                .isInstanceOf(StoreException.Refused.class)
                .hasMessageContaining(option)
                .hasMessageNotContaining("\n");
    }

    @Test
    void whoHasTheCertificateAndThePasswordReadsAndWrites() {
        try (EtcdStateStore store =
                EtcdStateStore.open(as("secret", tls(ours, Optional.of(client))), System::nanoTime)) {
            commit(store, put("secured", "1"));
            assertThat(join(store.get("/muster/v1/secured"))).isPresent();
        }
    }

    @Test
    void anEtcdWhoseAuthorityIsNotTrustedIsNotSpokenTo() {
        assertRefused(as("secret", tls(strangers, Optional.of(client))), "--etcd-ca");
    }

    @Test
    void whoShowsNoCertificateIsToldWhichOptionsToCheck() {
        assertRefused(as("secret", tls(ours, Optional.empty())), "--etcd-cert");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsToldSoToo() {
        assertRefused(as("secret", tls(ours, Optional.of(issued(strangers, "stranger")))), "--etcd-cert");
    }

    @Test
    void whoSpeaksPlainlyToAnEtcdThatSpeaksTlsIsToldHowToTurnItOn() {
        assertThatThrownBy(() -> EtcdStateStore.open(as("secret", Optional.empty()), System::nanoTime))
                .isInstanceOf(StoreException.Unavailable.class)
                .hasMessageContaining("--etcd-ca")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aWrongPasswordIsNoMatterOfCertificates() {
        assertRefused(as("wrong-word", tls(ours, Optional.of(client))), "--etcd-password-file");
    }
}
