package dev.muster.security;

import java.net.ConnectException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Why a handshake failed, in half a sentence for people. */
public final class HandshakeFailure {

    private static final int DEEPEST_CAUSE = 10;

    private HandshakeFailure() {}

    /**
     * Reads the reason out of a failure and its causes.
     *
     * @return such as {@code its certificate has expired; renew it there}; empty where it was no matter of TLS
     */
    public static Optional<String> explain(@Nullable Throwable failure, TlsClient client) {
        boolean tls = false;
        String said = "";
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof ConnectException) {
                return Optional.empty();
            }
            Optional<String> known = ofCause(cause, client);
            if (known.isPresent()) {
                return known;
            }
            tls |= cause instanceof SSLException;
            said = cause instanceof SSLException ? String.valueOf(cause.getMessage()) : said;
            cause = cause.getCause();
        }
        return tls ? Optional.of("the TLS handshake failed: " + said) : Optional.empty();
    }

    private static Optional<String> ofCause(Throwable cause, TlsClient client) {
        if (cause instanceof CertificateExpiredException) {
            return Optional.of("its certificate has expired; renew it there");
        }
        if (cause instanceof CertificateNotYetValidException) {
            return Optional.of("its certificate is not good yet; look at the clocks");
        }
        if (cause instanceof CertPathBuilderException
                || (cause instanceof CertPathValidatorException && cause.getCause() == null)) {
            return Optional.of("its certificate is not signed by an authority of " + trusted(client)
                    + "; give the authority that signed it as --tls-ca");
        }
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (cause instanceof SSLPeerUnverifiedException
                || message.contains("cannot verify hostname")
                || message.contains("subject alternative")) {
            return Optional.of("its certificate is for another name than "
                    + client.serverName().orElse("this address")
                    + "; give a name that it holds as --tls-server-name");
        }
        return cause instanceof SSLException ? ofAlert(message, client) : Optional.empty();
    }

    private static Optional<String> ofAlert(String message, TlsClient client) {
        if (message.contains("unrecognized ssl message") || message.contains("unsupported or unrecognized")) {
            return Optional.of("it does not speak TLS; leave out --tls-ca, or turn TLS on there with --tls-cert");
        }
        boolean aboutOurs = message.contains("certificate_required")
                || message.contains("bad_certificate")
                || message.contains("certificate_unknown")
                || message.contains("certificate_expired")
                || message.contains("unknown_ca");
        return aboutOurs ? Optional.of(refused(client)) : Optional.empty();
    }

    /** What to say where the other side does not like what we showed. */
    static String refused(TlsClient client) {
        return client.material()
                .files()
                .identity()
                .map(ours -> "it does not accept our certificate " + ours.certificate()
                        + "; it must be signed by an authority that is trusted there, and not have expired")
                .orElse("it asks for a certificate of ours; give one with --tls-cert and --tls-key");
    }

    private static String trusted(TlsClient client) {
        return client.material().files().authority().map(Object::toString).orElse("this system");
    }
}
