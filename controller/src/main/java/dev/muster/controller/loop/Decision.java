package dev.muster.controller.loop;

import dev.muster.controller.store.StoreWrite;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operation decided.
 *
 * @param writes stored together in one transaction; of two writes to one key the later counts
 * @param actions run in order on the loop's thread once the writes are durable; they hand work on without blocking and
 *     deal with their own failures, since what they throw is a fault
 * @param answer what the caller's future gets after that
 */
public record Decision<R>(List<StoreWrite> writes, List<Runnable> actions, R answer) {

    public Decision {
        writes = List.copyOf(writes);
        actions = List.copyOf(actions);
    }

    /** Nothing to store and nothing to do. */
    public static <R> Decision<R> answer(R answer) {
        return new Decision<>(List.of(), List.of(), answer);
    }

    /** Nothing at all, for timers and messages that nobody waits for. */
    public static Decision<Done> done() {
        return answer(Done.DONE);
    }

    public static Builder decide() {
        return new Builder();
    }

    /** The answer of those who have none. */
    public enum Done {
        DONE
    }

    /** Gathers writes and actions while an operation works. */
    public static final class Builder {

        private final List<StoreWrite> writes = new ArrayList<>();
        private final List<Runnable> actions = new ArrayList<>();

        private Builder() {}

        public Builder write(StoreWrite write) {
            writes.add(write);
            return this;
        }

        public Builder writeAll(Iterable<? extends StoreWrite> more) {
            more.forEach(writes::add);
            return this;
        }

        public Builder then(Runnable action) {
            actions.add(action);
            return this;
        }

        /** Adds what another decision stores and does, after what is here already. */
        public Builder include(Decision<?> other) {
            writes.addAll(other.writes());
            actions.addAll(other.actions());
            return this;
        }

        public <R> Decision<R> answer(R answer) {
            return new Decision<>(writes, actions, answer);
        }

        public Decision<Done> done() {
            return answer(Done.DONE);
        }
    }
}
