package dev.muster.controller.config;

import dev.muster.security.TlsFiles;
import dev.muster.security.TlsProblem;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** TLS on the gRPC port; without a certificate there is none. The HTTP port stays plain: it tells how we are, and takes no orders. */
public final class TlsOptions {

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "certificate for the gRPC port; turns TLS on there")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "its private key, in PKCS#8 or of RSA")
    private @Nullable Path key;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "callers must show a certificate that this authority has signed")
    private @Nullable Path authority;

    @Option(
            names = "--tls-server-name",
            paramLabel = "NAME",
            description = "name in the certificates of other controllers, where --advertise gives them addresses")
    private @Nullable String serverName;

    /** @throws ConfigProblem for files that make no sense without each other */
    public Optional<TlsFiles> files() throws ConfigProblem {
        try {
            Optional<TlsFiles> files = TlsFiles.of(
                    "--tls-",
                    Optional.ofNullable(authority),
                    Optional.ofNullable(certificate),
                    Optional.ofNullable(key));
            if (certificate == null && (files.isPresent() || serverName != null)) {
                throw new ConfigProblem(
                        (files.isPresent() ? "--tls-ca " + authority : "--tls-server-name " + serverName)
                                + " needs --tls-cert and --tls-key; give them, or leave it out");
            }
            return files;
        } catch (TlsProblem problem) {
            throw new ConfigProblem(String.valueOf(problem.getMessage()));
        }
    }

    public Optional<String> serverName() {
        return Optional.ofNullable(serverName);
    }
}
