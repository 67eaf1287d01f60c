package dev.muster.controller.grpc;

import dev.muster.controller.operations.Refusal;
import java.util.Optional;

/** Says which failures of the core are a plain no to the caller; the core's own exceptions stay unknown here. */
@FunctionalInterface
public interface FailureTranslator {

    /** Empty: nothing is known about it, and the caller hears of an internal error. */
    Optional<Refusal> translate(Throwable failure);

    /** Knows nothing beyond {@link Refusal} itself. */
    static FailureTranslator none() {
        return failure -> Optional.empty();
    }
}
