package dev.muster.agent.config;

import dev.muster.security.TlsClient;
import dev.muster.security.TlsFiles;
import dev.muster.security.TlsMaterial;
import dev.muster.security.TlsProblem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the agent speaks to controllers: in TLS as soon as one of these is given. */
final class TlsOptions {

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Authority of the controllers' certificates; turns TLS on.")
    private @Nullable Path authority;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Our certificate, where controllers ask for one.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, in PKCS#8 or of RSA.")
    private @Nullable Path key;

    @Option(
            names = "--tls-server-name",
            paramLabel = "NAME",
            description = "Name in the controllers' certificates, where they are reached by addresses.")
    private @Nullable String serverName;

    /**
     * Files are read again for each connection, which are few.
     *
     * @throws IllegalArgumentException with one line, for files that cannot be used
     */
    Optional<TlsClient> check(LongSupplier nanos) {
        try {
            Optional<TlsFiles> files = TlsFiles.of(
                    "--tls-",
                    Optional.ofNullable(authority),
                    Optional.ofNullable(certificate),
                    Optional.ofNullable(key));
            if (files.isEmpty() && serverName != null) {
                throw new TlsProblem("--tls-server-name " + serverName + " is for TLS; give --tls-ca too");
            }
            return files.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new TlsClient(
                            TlsMaterial.read(files.get(), nanos, Duration.ZERO), Optional.ofNullable(serverName)));
        } catch (TlsProblem problem) {
            throw new IllegalArgumentException(problem.getMessage(), problem);
        }
    }
}
