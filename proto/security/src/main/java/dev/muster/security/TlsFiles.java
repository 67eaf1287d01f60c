package dev.muster.security;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files in PEM format.
 *
 * @param authority signs the certificates of the other side
 * @param identity what we show to the other side
 */
public record TlsFiles(Optional<Path> authority, Optional<Identity> identity) {

    /**
     * @param certificate ours first, then the authorities between it and one that the other side trusts
     * @param key its private key, in PKCS#8, or an RSA key in PKCS#1
     */
    public record Identity(Path certificate, Path key) {}

    /**
     * Puts options together.
     *
     * @param prefix of the options, for the message: {@code --tls-} and so on
     * @return nothing where no file is named
     * @throws TlsProblem for a certificate without a key or a key without a certificate
     */
    public static Optional<TlsFiles> of(
            String prefix, Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) throws TlsProblem {
        if (certificate.isPresent() != key.isPresent()) {
            String given = certificate.or(() -> key).map(Path::toString).orElse("");
            throw new TlsProblem(prefix + "cert and " + prefix + "key belong together; give both or none (only "
                    + prefix + (certificate.isPresent() ? "cert " : "key ") + given + " was given)");
        }
        Optional<Identity> identity = certificate.map(file -> new Identity(file, key.orElseThrow()));
        return authority.isPresent() || identity.isPresent()
                ? Optional.of(new TlsFiles(authority, identity))
                : Optional.empty();
    }
}
