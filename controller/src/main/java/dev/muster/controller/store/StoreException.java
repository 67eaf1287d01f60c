package dev.muster.controller.store;

import org.jspecify.annotations.Nullable;

/** Why the store could not do what was asked. Messages are one line: what, which value, what to do next. */
public abstract sealed class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Too much is waiting already; nothing was done. Try again a little later. */
    public static final class Busy extends StoreException {
        private static final long serialVersionUID = 1L;

        public Busy(String message) {
            super(message, null);
        }
    }

    /** A limit was exceeded; nothing was done. */
    public static final class TooLarge extends StoreException {
        private static final long serialVersionUID = 1L;

        public TooLarge(String message) {
            super(message, null);
        }
    }

    /** The lease does not exist (any more); nothing was done. */
    public static final class LeaseNotFound extends StoreException {
        private static final long serialVersionUID = 1L;

        public LeaseNotFound(long lease) {
            super("lease " + lease + " does not exist or has ended; grant a new one", null);
        }
    }

    /**
     * The store does not work now. What was asked may or may not have happened, and may even happen later: make its
     * conditions false, with a new token of the leader say, and then read, once the store works again.
     */
    public static final class Unavailable extends StoreException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The store answers and does not take us: another password, certificate or release than it wants. Nothing was done, and
     * waiting does not help.
     */
    public static final class Refused extends StoreException {
        private static final long serialVersionUID = 1L;

        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Somebody else works with this store. */
    public static final class InUse extends StoreException {
        private static final long serialVersionUID = 1L;

        public InUse(String message) {
            super(message, null);
        }
    }

    /** What is stored is damaged, incomplete or of another release; it is left as it was found. */
    public static final class Corrupt extends StoreException {
        private static final long serialVersionUID = 1L;

        public Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The store was closed by its owner. */
    public static final class Closed extends StoreException {
        private static final long serialVersionUID = 1L;

        public Closed(String message) {
            super(message, null);
        }
    }
}
