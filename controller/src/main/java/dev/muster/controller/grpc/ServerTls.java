package dev.muster.controller.grpc;

import dev.muster.security.TlsClient;
import dev.muster.security.TlsFiles;
import dev.muster.security.TlsMaterial;
import dev.muster.security.TlsProblem;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;

/**
 * TLS of the gRPC port and between controllers. A follower that asks the leader shows the certificate that it shows to callers,
 * and trusts whom it trusts as a server; where that is nobody, because callers show nothing, it trusts what its own certificate's
 * file holds.
 *
 * @param forCallers as a server; asks for certificates where there is an authority
 * @param forPeers as the client of another controller
 * @param peer what that client has, and the name that it verifies
 */
public record ServerTls(SslContext forCallers, SslContext forPeers, TlsClient peer) {

    /** A renewed certificate is shown after this long at the latest. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    /**
     * @param files with an identity
     * @param peerName the name in other controllers' certificates; empty: the address that they advertise
     * @throws TlsProblem with one line, where the files cannot be used
     */
    public static ServerTls read(TlsFiles files, Optional<String> peerName, LongSupplier nanos) throws TlsProblem {
        return read(files, peerName, nanos, LOOK_AGAIN);
    }

    static ServerTls read(TlsFiles files, Optional<String> peerName, LongSupplier nanos, Duration lookAgain)
            throws TlsProblem {
        TlsMaterial material = TlsMaterial.read(files, nanos, lookAgain);
        TlsClient peer = new TlsClient(material.amongPeers(nanos, lookAgain), peerName);
        try {
            return new ServerTls(server(material), client(peer.material()), peer);
        } catch (SSLException unusable) {
            throw new TlsProblem("TLS cannot be set up: " + unusable.getMessage() + "; check --tls-cert and --tls-key");
        }
    }

    // The JDK's TLS at both ends: it can be looked into, and what it takes is on the heap, which has a bound.
    private static SslContext server(TlsMaterial material) throws SSLException {
        SslContextBuilder builder = GrpcSslContexts.configure(
                SslContextBuilder.forServer(material.identity().orElseThrow()), SslProvider.JDK);
        if (material.authority().isPresent()) {
            builder.trustManager(material.authority().get()).clientAuth(ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    private static SslContext client(TlsMaterial material) throws SSLException {
        SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
        material.identity().ifPresent(builder::keyManager);
        material.authority().ifPresent(builder::trustManager);
        return builder.build();
    }
}
