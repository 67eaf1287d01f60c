package dev.muster.controller.loop;

import org.jspecify.annotations.Nullable;

/** Why the loop did not do what it was asked. Messages are one line: what, which value, what to do next. */
public abstract sealed class LoopException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private LoopException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Too much is waiting; the operation has not run. */
    public static final class Busy extends LoopException {
        private static final long serialVersionUID = 1L;

        public Busy(String message) {
            super(message, null);
        }
    }

    /** The loop has stopped. An operation that was waiting for its commit may or may not be stored. */
    public static final class Stopped extends LoopException {
        private static final long serialVersionUID = 1L;

        public Stopped(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** This controller leads no more: nothing that is in memory may be acted on. */
    public static final class NotLeading extends LoopException {
        private static final long serialVersionUID = 1L;

        public NotLeading(String message) {
            super(message, null);
        }
    }

    /** An operation decided what no store can take; a broken invariant. */
    public static final class Undecidable extends LoopException {
        private static final long serialVersionUID = 1L;

        public Undecidable(String message) {
            super(message, null);
        }
    }
}
