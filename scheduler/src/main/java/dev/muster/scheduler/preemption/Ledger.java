package dev.muster.scheduler.preemption;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.queue.QueueTrial;
import dev.muster.scheduler.queue.QuotaExcess;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What queues would hold when some gangs are gone, and whether the policy allows that. */
final class Ledger {

    private final Permission permission;
    private final String queue;
    private final ResourceVector least;
    private final QueueTrial after;
    private final boolean moves;
    /** By other queue: what is taken from it. */
    private final Map<String, Taken> taken = new TreeMap<>();

    private static final class Taken {
        private int items;
        /** Those for which priority alone is no reason. */
        private int needReason;
        /** Those whose priority saves them from the fair share. */
        private int outrank;
    }

    /** Gangs go. */
    Ledger(Question question, Permission permission) {
        this(question, permission, false);
    }

    private Ledger(Question question, Permission permission, boolean moves) {
        this.permission = permission;
        this.queue = question.job().queue();
        this.least = question.leastTotal();
        this.after = question.queues().trial();
        this.moves = moves;
    }

    /** Gangs only move: no queue has less for it. */
    static Ledger ofMoves(Question question) {
        return new Ledger(question, new Permission(question), true);
    }

    void add(Item item) {
        if (!moves) {
            change(item, 1);
            after.refund(item.run().queue(), item.amounts());
        }
    }

    void remove(Item item) {
        if (!moves) {
            change(item, -1);
            after.charge(item.run().queue(), item.amounts());
        }
    }

    private void change(Item item, int sign) {
        String from = item.run().queue();
        if (!from.equals(queue)) {
            Taken entry = taken.computeIfAbsent(from, name -> new Taken());
            entry.items += sign;
            entry.needReason += permission.byPriority(item.run()) ? 0 : sign;
            entry.outrank += permission.outranks(item.run()) ? sign : 0;
        }
    }

    /** Whether other queues keep what they are guaranteed. What is added later cannot mend it. */
    boolean keepsGuarantees() {
        return taken.entrySet().stream()
                .allMatch(entry -> entry.getValue().items == 0 || after.keepsGuarantees(entry.getKey(), queue));
    }

    /** Whether the queue of an item that has been added may be taken from, as far as things stand. */
    boolean allows(Item item) {
        String from = item.run().queue();
        if (moves || from.equals(queue)) {
            return true;
        }
        return after.keepsGuarantees(from, queue)
                && (permission.byPriority(item.run())
                        || permission.reclaims(from, after)
                        || (!permission.outranks(item.run()) && permission.isFair(from, after)));
    }

    /** Whether all that has been added may be taken together. */
    boolean allowsAll() {
        return keepsGuarantees()
                && taken.entrySet().stream()
                        .allMatch(entry -> entry.getValue().needReason == 0
                                || permission.reclaims(entry.getKey(), after)
                                || (entry.getValue().outrank == 0 && permission.isFair(entry.getKey(), after)));
    }

    /** Which maximum the job's queue, or one above, would exceed. */
    Optional<QuotaExcess> excess() {
        return after.excess(queue, least);
    }

    /** Whether what is taken counts for a queue or one below it. */
    static boolean belongsTo(Item item, String name, QueueTree queues) {
        return queues.queue(item.run().queue()).stream()
                .map(Queue::path)
                .anyMatch(path -> path.stream().anyMatch(at -> at.name().equals(name)));
    }
}
