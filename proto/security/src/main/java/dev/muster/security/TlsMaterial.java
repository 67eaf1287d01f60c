package dev.muster.security;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a program shows in a handshake and whom it trusts. Files that are replaced are taken up by the next handshake after the
 * interval; connections that stand are left alone.
 *
 * @param files where it came from, for messages
 * @param identity what we show; empty: nothing
 * @param authority whom we trust; empty: whom the system trusts
 */
public record TlsMaterial(
        TlsFiles files, Optional<X509ExtendedKeyManager> identity, Optional<X509ExtendedTrustManager> authority) {

    /**
     * Reads the files.
     *
     * @param interval how often, at most, a handshake looks whether they were replaced
     * @throws TlsProblem with one line, where they cannot be used
     */
    public static TlsMaterial read(TlsFiles files, LongSupplier nanos, Duration interval) throws TlsProblem {
        Optional<X509ExtendedKeyManager> identity = Optional.empty();
        if (files.identity().isPresent()) {
            TlsFiles.Identity ours = files.identity().get();
            identity = Optional.of(new RenewedIdentity(Renewed.read(
                    List.of(ours.certificate(), ours.key()),
                    texts -> Pem.keyPair(ours, texts.get(0), texts.get(1)),
                    nanos,
                    interval)));
        }
        Optional<X509ExtendedTrustManager> authority = Optional.empty();
        if (files.authority().isPresent()) {
            authority = Optional.of(trusting(files.authority().get(), nanos, interval));
        }
        return new TlsMaterial(files, identity, authority);
    }

    /**
     * The same, for who speaks to others that show what we show: without an authority, what stands in our own certificate's file
     * is trusted, which is the certificate that all share or the authorities behind it.
     */
    public TlsMaterial amongPeers(LongSupplier nanos, Duration interval) throws TlsProblem {
        if (authority.isPresent() || files.identity().isEmpty()) {
            return this;
        }
        Path own = files.identity().get().certificate();
        return new TlsMaterial(
                new TlsFiles(Optional.of(own), files.identity()),
                identity,
                Optional.of(trusting(own, nanos, interval)));
    }

    private static X509ExtendedTrustManager trusting(Path file, LongSupplier nanos, Duration interval)
            throws TlsProblem {
        return new RenewedAuthority(Renewed.read(
                List.of(file),
                texts -> {
                    try {
                        return RenewedAuthority.trusting(Pem.certificates(file, texts.get(0)));
                    } catch (GeneralSecurityException unusable) {
                        throw Renewed.unusable(file, unusable);
                    }
                },
                nanos,
                interval));
    }
}
