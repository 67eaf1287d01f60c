package dev.muster.controller.operations;

import dev.muster.controller.loop.DeclaredRefusal;
import java.util.Optional;

/** A request that was understood and is not granted; nothing changed. The message is one line with the next step. */
public final class Refusal extends RuntimeException implements DeclaredRefusal {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String leader;

    public Refusal(Kind kind, String message) {
        this(kind, message, "");
    }

    private Refusal(Kind kind, String message, String leader) {
        super(message, null, false, false);
        this.kind = kind;
        this.leader = leader;
    }

    /**
     * Another controller must be asked.
     *
     * @param leader its {@code HOST:PORT}, if one is known
     */
    public static Refusal notLeading(Optional<String> leader) {
        return new Refusal(
                Kind.NOT_LEADING,
                leader.map(address -> "this controller follows; ask the leader at " + address)
                        .orElse("no controller leads at the moment; try again in a second"),
                leader.orElse(""));
    }

    /** Whom to ask instead, where {@link Kind#NOT_LEADING} knows that. */
    public Optional<String> leader() {
        return Optional.of(leader).filter(address -> !address.isEmpty());
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
        UNAVAILABLE,
        /** This controller does not decide; nothing was done. */
        NOT_LEADING
    }
}
