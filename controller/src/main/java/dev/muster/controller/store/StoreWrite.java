package dev.muster.controller.store;

import java.util.Arrays;
import java.util.OptionalLong;

/** One change that a transaction makes. */
public sealed interface StoreWrite {

    String key();

    /** What it counts against {@link Transaction#MAX_BYTES}. */
    int bytes();

    /**
     * Creates or replaces the key.
     *
     * @param value shared, not copied: nobody may change it afterwards
     * @param lease the lease whose end deletes the key; without one the key stays (and loses the lease it had)
     */
    record Put(String key, byte[] value, OptionalLong lease) implements StoreWrite {
        public Put {
            KeySpace.requireKey(key);
        }

        public Put(String key, byte[] value) {
            this(key, value, OptionalLong.empty());
        }

        @Override
        public int bytes() {
            return key.length() + value.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Put that
                    && key.equals(that.key)
                    && lease.equals(that.lease)
                    && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return key.hashCode() * 31 + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Put(" + key + ", " + value.length + " bytes)";
        }
    }

    /** Deletes the key; nothing happens where it does not exist. */
    record Delete(String key) implements StoreWrite {
        public Delete {
            KeySpace.requireKey(key);
        }

        @Override
        public int bytes() {
            return key.length();
        }
    }
}
