package dev.muster.controller.store;

import java.util.Arrays;

/**
 * A key as it is stored now.
 *
 * @param value shared, not copied: nobody may change it
 * @param createRevision the revision that created the key after it last was absent
 * @param modRevision the revision that last put it
 */
public record Entry(String key, byte[] value, long createRevision, long modRevision) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry that
                && key.equals(that.key)
                && createRevision == that.createRevision
                && modRevision == that.modRevision
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return key.hashCode() * 31 + Long.hashCode(modRevision);
    }

    @Override
    public String toString() {
        return key + "@" + modRevision + "(" + value.length + " bytes)";
    }
}
