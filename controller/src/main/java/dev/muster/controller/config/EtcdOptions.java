package dev.muster.controller.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach an etcd that asks who is there; the same words for the controller and its tools. */
public final class EtcdOptions {

    @Option(names = "--etcd-user", paramLabel = "NAME", description = "user of etcd, where it asks for one")
    private @Nullable String user;

    @Option(names = "--etcd-password-file", paramLabel = "FILE", description = "holds that user's password")
    private @Nullable Path passwordFile;

    @Option(names = "--etcd-ca", paramLabel = "FILE", description = "authority of etcd's certificates; turns TLS on")
    private @Nullable Path authority;

    @Option(names = "--etcd-cert", paramLabel = "FILE", description = "our certificate for etcd; turns TLS on")
    private @Nullable Path certificate;

    @Option(names = "--etcd-key", paramLabel = "FILE", description = "its private key, in PKCS#8 or of RSA")
    private @Nullable Path key;

    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    public Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    public Optional<Path> authority() {
        return Optional.ofNullable(authority);
    }

    public Optional<Path> certificate() {
        return Optional.ofNullable(certificate);
    }

    public Optional<Path> key() {
        return Optional.ofNullable(key);
    }
}
