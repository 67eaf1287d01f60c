package dev.muster.security;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * For somebody whose call failed: shakes hands once more, by itself, and says what is wrong between the two. A transport that
 * breaks says only that it broke: what refuses a certificate may hang up first, and whoever is spoken to in the wrong way always
 * does.
 */
public final class HandshakeProbe {

    /** What gRPC runs on; a server hangs up on whoever does not offer it. */
    private static final String[] PROTOCOLS = {"h2"};

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final String HUNG_UP =
            "it hung up in the TLS handshake; look whether it speaks TLS, and whether it asks for a certificate of ours";

    private HandshakeProbe() {}

    /**
     * Takes a few seconds at most.
     *
     * @param client how it was called; empty: without TLS
     * @return what is wrong, in half a sentence; empty where TLS is not what is wrong
     */
    public static Optional<String> diagnose(String host, int port, Optional<TlsClient> client) {
        if (client.isPresent()) {
            return shakeHands(host, port, client.get());
        }
        return speaksTls(host, port)
                ? Optional.of("it speaks TLS; give the authority of its certificate as --tls-ca")
                : Optional.empty();
    }

    private static Optional<String> shakeHands(String host, int port, TlsClient client) {
        try (Socket plain = connect(host, port)) {
            try (SSLSocket secured = secure(plain, host, port, client)) {
                secured.startHandshake();
                // Whether our certificate is accepted is told after the handshake, in place of the first words.
                return secured.getInputStream().read() < 0 ? Optional.of(HUNG_UP) : Optional.empty();
            } catch (SocketTimeoutException silent) {
                return Optional.empty();
            } catch (SSLException failure) {
                return HandshakeFailure.explain(failure, client);
            } catch (IOException hungUp) {
                return Optional.of(HUNG_UP);
            }
        } catch (IOException | GeneralSecurityException unreachable) {
            return Optional.empty();
        }
    }

    /** Whether a handshake gets as far as to a certificate. */
    private static boolean speaksTls(String host, int port) {
        Witness witness = new Witness();
        TlsMaterial anybody = new TlsMaterial(
                new TlsFiles(Optional.empty(), Optional.empty()), Optional.empty(), Optional.of(witness));
        try (Socket plain = connect(host, port);
                SSLSocket secured = secure(plain, host, port, new TlsClient(anybody, Optional.empty()))) {
            secured.startHandshake();
        } catch (IOException | GeneralSecurityException failure) {
            // Expected: the witness trusts nobody.
        }
        return witness.sawCertificate;
    }

    /** Trusts nobody, and remembers whether it was asked. */
    private static final class Witness extends X509ExtendedTrustManager {
        private boolean sawCertificate;

        private void see() throws CertificateException {
            sawCertificate = true;
            throw new CertificateException("seen");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            see();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket connection)
                throws CertificateException {
            see();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            see();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
            see();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket connection)
                throws CertificateException {
            see();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            see();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT_LIMIT.toMillis());
            socket.setSoTimeout((int) ANSWER_LIMIT.toMillis());
            return socket;
        } catch (IOException | RuntimeException unreachable) {
            socket.close();
            throw unreachable;
        }
    }

    private static SSLSocket secure(Socket plain, String host, int port, TlsClient client)
            throws IOException, GeneralSecurityException {
        TlsMaterial material = client.material();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                material.identity().map(ours -> new KeyManager[] {ours}).orElse(null),
                material.authority().map(theirs -> new TrustManager[] {theirs}).orElse(null),
                null);
        String name = client.serverName().orElse(host);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.serverName().ifPresent(given -> parameters.setServerNames(names(given)));
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static List<SNIServerName> names(String given) {
        try {
            return List.of(new SNIHostName(given));
        } catch (IllegalArgumentException address) {
            return Collections.emptyList();
        }
    }
}
