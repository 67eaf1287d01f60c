package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.queue.QuotaExcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What would be if some items were taken: room, queues, and whether the job could start then. Each step costs the hosts of an item. */
final class WhatIf {

    private final Question question;
    private final GangRequest least;
    private final RoomCounts counts;
    private final Ledger ledger;
    private final Set<Item> chosen = new LinkedHashSet<>();
    /** By gang: pods that it gives up, as a whole or in slices. */
    private final Map<JobKey, Integer> given = new LinkedHashMap<>();

    WhatIf(Question question, Ledger ledger) {
        this.question = question;
        this.least = question.least();
        this.counts = question.room();
        this.ledger = ledger;
    }

    RoomCounts counts() {
        return counts;
    }

    Ledger ledger() {
        return ledger;
    }

    Set<Item> chosen() {
        return Collections.unmodifiableSet(chosen);
    }

    /** Whether it is not taken yet, and a gang that gives up slices keeps its minimum. */
    boolean isOpen(Item item) {
        int before = given.getOrDefault(item.run().key(), 0);
        return item.whole() ? before == 0 : before + item.pods().size() <= item.sheddable() && !chosen.contains(item);
    }

    void choose(Item item) {
        chosen.add(item);
        given.merge(item.run().key(), item.pods().size(), Integer::sum);
        ledger.add(item);
        release(item, counts);
    }

    void drop(Item item) {
        chosen.remove(item);
        given.merge(item.run().key(), -item.pods().size(), Integer::sum);
        ledger.remove(item);
        take(item, counts);
    }

    static void release(Item item, RoomCounts counts) {
        item.releases().forEach(release -> counts.release(release.host(), release.amounts()));
    }

    static void take(Item item, RoomCounts counts) {
        item.releases().forEach(release -> counts.take(release.host(), release.amounts()));
    }

    /** Takes an item if it is open and the policy allows it beside the others. */
    boolean tryChoose(Item item) {
        if (!isOpen(item)) {
            return false;
        }
        choose(item);
        if (ledger.allows(item)) {
            return true;
        }
        drop(item);
        return false;
    }

    void clear() {
        new ArrayList<>(chosen).forEach(this::drop);
    }

    /** Takes these and nothing else. */
    void set(List<Item> items) {
        clear();
        items.forEach(this::choose);
    }

    int pods(Scope scope) {
        return scope.pods(question, least, counts);
    }

    boolean fits(Scope scope) {
        return pods(scope) >= least.pods();
    }

    Optional<QuotaExcess> excess() {
        return ledger.excess();
    }

    /** Whether all that is taken may be taken, and the job fits then and exceeds no maximum. */
    boolean suffices(Scope scope) {
        return fits(scope) && isAllowed();
    }

    /** The same wherever the job goes. */
    boolean sufficesAnywhere() {
        return question.placer().fits(least, question.cluster(), counts) && isAllowed();
    }

    private boolean isAllowed() {
        return ledger.excess().isEmpty() && ledger.allowsAll();
    }
}
