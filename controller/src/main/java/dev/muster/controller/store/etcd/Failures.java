package dev.muster.controller.store.etcd;

import dev.muster.controller.store.StoreException;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns what etcd and its client say into one line with what to do. */
final class Failures {

    private static final int MAX_CAUSES = 20;
    private static final String NO_PERMISSION = "permission denied";

    private Failures() {}

    static boolean isLeaseNotFound(Throwable failure) {
        return reason(failure).contains("requested lease not found");
    }

    /** etcd refuses such a request before it does anything. */
    static boolean isTooLarge(Throwable failure) {
        String reason = reason(failure);
        return reason.contains("request is too large") || reason.contains("too many operations");
    }

    /** The reply did not fit into what the client takes; only reads are that large. */
    static boolean isReplyTooLarge(Throwable failure) {
        return code(failure) == ErrorCode.RESOURCE_EXHAUSTED && reason(failure).contains("exceeds maximum");
    }

    /** The revision asked for is no longer kept. */
    static boolean isCompacted(Throwable failure) {
        return reason(failure).contains("required revision has been compacted");
    }

    static StoreException unanswered(String name, Duration timeout) {
        return new StoreException.Unavailable(
                name + " did not answer within " + timeout.toMillis()
                        + " ms; check that most of its members run and can be reached",
                null);
    }

    static StoreException of(String name, Throwable failure) {
        String reason = reason(failure);
        if (isTooLarge(failure)) {
            return new StoreException.TooLarge(name + " refused a request: " + reason
                    + "; raise its --max-request-bytes or --max-txn-ops to the defaults at least");
        }
        return new StoreException.Unavailable(name + " failed: " + reason + "; " + advice(reason), failure);
    }

    /** The same for who connects: what waiting does not mend is {@link StoreException.Refused}. */
    static StoreException whileOpening(String name, Throwable failure) {
        StoreException reason = of(name, failure);
        return isRefusal(failure) ? new StoreException.Refused(String.valueOf(reason.getMessage()), failure) : reason;
    }

    private static boolean isRefusal(Throwable failure) {
        String lower = reason(failure).toLowerCase(Locale.ROOT);
        return isDistrust(failure) || isUnwantedUser(lower) || isWrongUser(lower) || lower.contains(NO_PERMISSION);
    }

    private static boolean isUnwantedUser(String lower) {
        return lower.contains("authentication is not enabled");
    }

    private static boolean isWrongUser(String lower) {
        return lower.contains("authentication failed") || lower.contains("user name is empty");
    }

    /** One side does not trust the other's certificate; a connection that broke on its way to TLS is not that. */
    private static boolean isDistrust(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; cause = cause.getCause(), depth++) {
            if (cause instanceof SSLException) {
                return !reason(failure).toLowerCase(Locale.ROOT).contains("closed");
            }
        }
        return false;
    }

    private static String advice(String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        if (isUnwantedUser(lower)) {
            return "leave out --etcd-user, or enable authentication in etcd";
        }
        if (isWrongUser(lower)) {
            return "check --etcd-user and --etcd-password-file";
        }
        if (lower.contains(NO_PERMISSION)) {
            return "grant that user reading and writing under /muster/v1/";
        }
        if (lower.contains("database space exceeded")) {
            return "it is full: compact and defragment it or raise --quota-backend-bytes, then `etcdctl alarm disarm`";
        }
        if (lower.contains("ssl") || lower.contains("certif") || lower.contains("handshake")) {
            return "check --etcd-ca, --etcd-cert and --etcd-key";
        }
        if (lower.contains("network closed for unknown reason") || lower.contains("connection reset")) {
            return "check that it runs; if it speaks TLS, give --etcd-ca";
        }
        return "check that most of its members run and can be reached";
    }

    private static @Nullable ErrorCode code(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; cause = cause.getCause(), depth++) {
            if (cause instanceof EtcdException etcd) {
                return etcd.getErrorCode();
            }
        }
        return null;
    }

    /** What the innermost cause says, in one line. */
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; innermost.getCause() != null && depth < MAX_CAUSES; depth++) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null
                ? innermost.getClass().getSimpleName()
                : message.replaceAll("\\s+", " ").strip();
    }
}
