package dev.muster.controller.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes that happen together or not at all, and only if every condition holds. A key is written at most once; several
 * conditions may name one key, and a condition may name a key that is written.
 *
 * <p>The limits are etcd's defaults; {@link StateStore#commit} checks them.
 */
public record Transaction(List<Condition> conditions, List<StoreWrite> writes) {

    /** Conditions and writes together. */
    public static final int MAX_OPERATIONS = 128;

    /** Keys and values of all writes together, and so of any one value: below etcd's 1.5 MiB for a whole request. */
    public static final int MAX_BYTES = 1_500_000;

    public Transaction {
        conditions = List.copyOf(conditions);
        writes = List.copyOf(writes);
        Set<String> seen = new HashSet<>();
        for (StoreWrite write : writes) {
            if (!seen.add(write.key())) {
                throw new IllegalArgumentException(
                        "transaction writes " + write.key() + " twice; keep only the last write");
            }
        }
    }

    public static Transaction of(StoreWrite... writes) {
        return new Transaction(List.of(), List.of(writes));
    }

    /** Keys and values of all writes. */
    public long bytes() {
        long bytes = 0;
        for (StoreWrite write : writes) {
            bytes += write.bytes();
        }
        return bytes;
    }

    /** Throws {@link StoreException.TooLarge} where a limit is exceeded. */
    public void requireWithinLimits() {
        int operations = conditions.size() + writes.size();
        if (operations > MAX_OPERATIONS) {
            throw new StoreException.TooLarge("transaction of " + conditions.size() + " conditions and " + writes.size()
                    + " writes; commit at most " + MAX_OPERATIONS + " operations at a time");
        }
        if (bytes() > MAX_BYTES) {
            throw new StoreException.TooLarge("transaction of " + bytes() + " bytes, the first write to "
                    + writes.get(0).key() + "; store at most " + MAX_BYTES + " bytes at a time");
        }
    }
}
