package dev.muster.cli.client;

import dev.muster.cli.output.CommandFailure;
import dev.muster.security.TlsClient;
import dev.muster.security.TlsFiles;
import dev.muster.security.TlsMaterial;
import dev.muster.security.TlsProblem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What was said about TLS in one place: on the command line, in the environment, or in a context. Anything said turns it on.
 *
 * @param authority signs the controllers' certificates; empty: whom the system trusts
 * @param certificate ours, where controllers ask for one
 * @param serverName in the controllers' certificates, where they are reached by addresses
 */
public record TlsChoice(
        Optional<String> authority, Optional<String> certificate, Optional<String> key, Optional<String> serverName) {

    public static final TlsChoice NONE =
            new TlsChoice(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** This, and where it says nothing, the other. */
    public TlsChoice or(TlsChoice other) {
        // A certificate and a key of two places would hardly belong together.
        boolean ours = certificate.isPresent() || key.isPresent();
        return new TlsChoice(
                authority.or(other::authority),
                ours ? certificate : other.certificate,
                ours ? key : other.key,
                serverName.or(other::serverName));
    }

    /**
     * Reads the files.
     *
     * @param folder where relative names start
     * @return nothing where plain text was chosen, by saying nothing
     */
    public Optional<TlsClient> read(Path folder) {
        if (equals(NONE)) {
            return Optional.empty();
        }
        try {
            TlsFiles files = TlsFiles.of(
                            "--tls-",
                            authority.map(folder::resolve),
                            certificate.map(folder::resolve),
                            key.map(folder::resolve))
                    .orElse(new TlsFiles(Optional.empty(), Optional.empty()));
            // A command is over before anything is renewed.
            return Optional.of(
                    new TlsClient(TlsMaterial.read(files, System::nanoTime, Duration.ofMinutes(1)), serverName));
        } catch (TlsProblem problem) {
            throw CommandFailure.usage(String.valueOf(problem.getMessage()));
        }
    }
}
