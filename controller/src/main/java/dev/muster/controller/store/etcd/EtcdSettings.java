package dev.muster.controller.store.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is, who we are there, and the bounds of its use.
 *
 * @param endpoints {@code host:port} of members, at least one
 * @param requestTimeout after this long without an answer a request fails, and what waits behind it
 * @param queueRequests requests that may wait; more are answered busy
 * @param queueBytes keys and values that may wait
 * @param compactionInterval how long old revisions are kept for watches that lag behind
 */
public record EtcdSettings(
        List<String> endpoints,
        Optional<Credentials> credentials,
        Optional<Tls> tls,
        Duration requestTimeout,
        int queueRequests,
        long queueBytes,
        Duration compactionInterval) {

    /** A user of etcd; the password never appears in text. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }

    /**
     * Files in PEM format.
     *
     * @param authority signs the members' certificates; without it the system's own authorities do
     * @param identity our certificate and its key, where etcd asks for one
     */
    public record Tls(Optional<Path> authority, Optional<Identity> identity) {}

    /** A certificate and its private key, in PKCS#8, or an RSA key in PKCS#1. */
    public record Identity(Path certificate, Path key) {}

    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no etcd endpoint; name at least one host:port");
        }
        if (requestTimeout.isNegative() || requestTimeout.isZero() || queueRequests < 1 || queueBytes < 1) {
            throw new IllegalArgumentException("requests need time and room; got " + requestTimeout + ", "
                    + queueRequests + " requests, " + queueBytes + " bytes");
        }
    }

    public static EtcdSettings of(List<String> endpoints) {
        return new EtcdSettings(
                endpoints,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5),
                4_096,
                64L << 20,
                Duration.ofMinutes(5));
    }

    public EtcdSettings withCredentials(Optional<Credentials> whose) {
        return new EtcdSettings(endpoints, whose, tls, requestTimeout, queueRequests, queueBytes, compactionInterval);
    }

    public EtcdSettings withTls(Optional<Tls> files) {
        return new EtcdSettings(
                endpoints, credentials, files, requestTimeout, queueRequests, queueBytes, compactionInterval);
    }

    public EtcdSettings withRequestTimeout(Duration timeout) {
        return new EtcdSettings(endpoints, credentials, tls, timeout, queueRequests, queueBytes, compactionInterval);
    }

    public EtcdSettings withQueueRequests(int requests) {
        return new EtcdSettings(endpoints, credentials, tls, requestTimeout, requests, queueBytes, compactionInterval);
    }

    public EtcdSettings withCompactionInterval(Duration interval) {
        return new EtcdSettings(endpoints, credentials, tls, requestTimeout, queueRequests, queueBytes, interval);
    }

    /** For messages. */
    String name() {
        return "etcd at " + String.join(",", endpoints);
    }
}
