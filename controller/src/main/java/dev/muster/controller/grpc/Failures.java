package dev.muster.controller.grpc;

import dev.muster.controller.codec.Bounds;
import dev.muster.controller.operations.Refusal;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/** From failures to what a client hears: one line, never a stack trace. */
final class Failures {

    /** Statuses travel in headers, which have a bound of their own. */
    private static final int DESCRIPTION_LENGTH = 2000;

    private final FailureTranslator translator;

    Failures(FailureTranslator translator) {
        this.translator = translator;
    }

    /** The cause of an internal error stays in the status for the log; gRPC does not send it. */
    Status statusOf(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof Refusal refusal) {
            return statusOf(refusal);
        }
        if (cause instanceof RejectedExecutionException) {
            return Status.UNAVAILABLE.withDescription("the controller is stopping; try again soon");
        }
        Optional<Refusal> translated = translator.translate(cause);
        return translated
                .map(Failures::statusOf)
                .orElseGet(() -> Status.INTERNAL
                        .withDescription("internal error; the controller's log says more")
                        .withCause(cause));
    }

    static Status statusOf(Refusal refusal) {
        Status status = switch (refusal.kind()) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
            case WRONG_STATE -> Status.FAILED_PRECONDITION;
            case EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
            // The cause does not travel; it tells the guard whom to point to.
            case NOT_LEADING -> Status.UNAVAILABLE.withCause(refusal);
        };
        return status.withDescription(oneLine(String.valueOf(refusal.getMessage())));
    }

    /** Messages repeat what callers sent, which may hold line breaks and escape sequences. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        Bounds.cut(text, DESCRIPTION_LENGTH)
                .codePoints()
                .forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return line.toString();
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable current = failure;
        while (current instanceof CompletionException || current instanceof ExecutionException) {
            Throwable cause = current.getCause();
            if (cause == null) {
                return current;
            }
            current = cause;
        }
        return current;
    }
}
