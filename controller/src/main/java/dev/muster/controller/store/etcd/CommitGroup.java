package dev.muster.controller.store.etcd;

import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Neighbouring commits that mean the same in one transaction of etcd as one after the other: none looks at or writes a key
 * that one before it writes. Conditions they share, such as the fence of a leader, count once.
 *
 * <p>Goals: many commits in flight without giving up their order. etcd runs requests that arrive together in any order,
 * so one is under way at a time, and what gathers meanwhile goes together. Constraints: etcd's limits. Cost: linear in
 * the operations.
 */
final class CommitGroup {

    private final Set<Condition> conditions = new LinkedHashSet<>();
    private final List<StoreWrite> writes = new ArrayList<>();
    private final Set<String> written = new HashSet<>();
    private long bytes;
    private boolean open = true;

    /** Whether the request can join those added so far. */
    boolean takes(Request<?> request) {
        return open && request instanceof CommitRequest commit && fits(commit.transaction());
    }

    private boolean fits(Transaction transaction) {
        int operations = conditions.size()
                + writes.size()
                + transaction.conditions().size()
                + transaction.writes().size();
        return operations <= Transaction.MAX_OPERATIONS
                && bytes + transaction.bytes() <= Transaction.MAX_BYTES
                && transaction.conditions().stream().noneMatch(condition -> written.contains(condition.key()))
                && transaction.writes().stream().noneMatch(write -> written.contains(write.key()));
    }

    /** Anything but a commit stays alone. */
    void add(Request<?> request) {
        if (request instanceof CommitRequest commit) {
            Transaction transaction = commit.transaction();
            conditions.addAll(transaction.conditions());
            writes.addAll(transaction.writes());
            transaction.writes().forEach(write -> written.add(write.key()));
            bytes += transaction.bytes();
        } else {
            open = false;
        }
    }

    Transaction transaction() {
        return new Transaction(List.copyOf(conditions), writes);
    }
}
