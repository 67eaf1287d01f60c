package dev.muster.controller.operations;

import dev.muster.controller.loop.DeclaredRefusal;

/** A request that was understood and is not granted; nothing changed. The message is one line with the next step. */
public final class Refusal extends RuntimeException implements DeclaredRefusal {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public Refusal(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What sort of no it is. */
    public enum Kind {
        INVALID,
        NOT_FOUND,
        ALREADY_EXISTS,
        WRONG_STATE,
        EXHAUSTED,
        UNAVAILABLE
    }
}
