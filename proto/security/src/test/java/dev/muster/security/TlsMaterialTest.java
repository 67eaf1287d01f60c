package dev.muster.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that come, go and change, and what the next handshake would show. */
@SuppressWarnings("NullAway.Init") // JUnit calls makeCertificates() first
class TlsMaterialTest {

    @TempDir
    private static Path made;

    private static Certificates authority;
    private static Certificates strangers;
    private static TlsFiles.Identity one;
    private static TlsFiles.Identity another;
    private static TlsFiles.Identity stranger;

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private TlsFiles.Identity first;
    private TlsFiles.Identity second;

    @BeforeAll
    static void makeCertificates() {
        authority = Certificates.authority(made, "authority");
        one = authority.issue("one");
        another = authority.issue("another");
        strangers = Certificates.authority(made, "strangers");
        stranger = strangers.issue("stranger");
    }

    @BeforeEach
    void layOut() throws IOException {
        first = copied(one, "first");
        second = copied(another, "second");
    }

    private TlsFiles.Identity copied(TlsFiles.Identity files, String name) throws IOException {
        return new TlsFiles.Identity(
                Files.copy(files.certificate(), folder.resolve(name + ".pem")),
                Files.copy(files.key(), folder.resolve(name + ".key")));
    }

    private TlsMaterial read(TlsFiles files) throws TlsProblem {
        return TlsMaterial.read(files, nanos::get, Duration.ofMinutes(1));
    }

    private static TlsFiles showing(Path certificate, Path key) {
        return new TlsFiles(Optional.empty(), Optional.of(new TlsFiles.Identity(certificate, key)));
    }

    private static BigInteger shown(X509ExtendedKeyManager ours) {
        X509Certificate[] chain = ours.getCertificateChain(ours.chooseEngineServerAlias("EC", null, null));
        return chain[0].getSerialNumber();
    }

    private void replace(Path file, Path by) throws IOException {
        Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void aMinutePasses() {
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void aRenewedCertificateIsShownAMinuteLaterAndAHandshakeThatHasBegunEndsWithTheOldOne() throws Exception {
        X509ExtendedKeyManager ours =
                read(showing(first.certificate(), first.key())).identity().orElseThrow();
        BigInteger before = shown(ours);
        String begun = ours.chooseEngineServerAlias("EC", null, null);
        replace(first.certificate(), second.certificate());
        replace(first.key(), second.key());
        assertThat(shown(ours)).isEqualTo(before);
        aMinutePasses();
        assertThat(shown(ours)).isNotEqualTo(before);
        assertThat(ours.getCertificateChain(begun)[0].getSerialNumber()).isEqualTo(before);
    }

    @Test
    void whileOnlyOneOfTheFilesIsReplacedTheOldOnesAreShown() throws Exception {
        X509ExtendedKeyManager ours =
                read(showing(first.certificate(), first.key())).identity().orElseThrow();
        BigInteger before = shown(ours);
        replace(first.certificate(), second.certificate());
        aMinutePasses();
        assertThat(shown(ours)).isEqualTo(before);
        replace(first.key(), second.key());
        aMinutePasses();
        assertThat(shown(ours)).isNotEqualTo(before);
    }

    @Test
    void filesThatVanishLeaveWhatWasThere() throws Exception {
        X509ExtendedKeyManager ours =
                read(showing(first.certificate(), first.key())).identity().orElseThrow();
        BigInteger before = shown(ours);
        Files.delete(first.key());
        aMinutePasses();
        assertThat(shown(ours)).isEqualTo(before);
    }

    @Test
    void aNewAuthorityIsTrustedAMinuteLater() throws Exception {
        X509Certificate[] shown = {
            Pem.certificates(stranger.certificate(), Files.readString(stranger.certificate()))
                    .get(0)
        };
        Path trusted = Files.copy(authority.authority(), folder.resolve("trusted.pem"));
        TlsMaterial material = read(new TlsFiles(Optional.of(trusted), Optional.empty()));
        assertThatThrownBy(() -> material.authority().orElseThrow().checkServerTrusted(shown, "ECDHE_ECDSA"))
                .hasMessageContaining("PKIX");
        replace(trusted, strangers.authority());
        aMinutePasses();
        material.authority().orElseThrow().checkServerTrusted(shown, "ECDHE_ECDSA");
    }

    @Test
    void filesThatCannotBeUsedAreNamedInOneLine() throws Exception {
        Path nonsense = Files.writeString(folder.resolve("nonsense"), "no certificate\n");
        assertUnusable(showing(folder.resolve("missing.pem"), first.key()), "missing.pem is not there");
        assertUnusable(showing(nonsense, first.key()), "nonsense cannot be used");
        assertUnusable(showing(first.certificate(), nonsense), "there is no PRIVATE KEY in it");
        assertUnusable(showing(first.certificate(), second.key()), "it is not the key of " + first.certificate());
        assertUnusable(new TlsFiles(Optional.of(first.key()), Optional.empty()), "first.key cannot be used");
    }

    private void assertUnusable(TlsFiles files, String why) {
        assertThatThrownBy(() -> read(files))
                .isInstanceOf(TlsProblem.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aCertificateAndItsKeyBelongTogether() {
        assertThatThrownBy(() ->
                        TlsFiles.of("--tls-", Optional.empty(), Optional.of(first.certificate()), Optional.empty()))
                .isInstanceOf(TlsProblem.class)
                .hasMessageStartingWith("--tls-cert and --tls-key belong together");
    }
}
