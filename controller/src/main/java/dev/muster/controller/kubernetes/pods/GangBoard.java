package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All gangs that have or are to have pods. Until {@link #takeUp} the readings of the watch are only collected: what has no
 * place can be told from what has only once both lists, of records and of pods, are known.
 */
final class GangBoard {

    private final GangPods.Surroundings surroundings;
    private final GangPods.Listener listener;
    private final int keptPods;
    private final Map<GangKey, GangPods> gangs = new HashMap<>();
    private final Map<String, Set<GangPods>> byHost = new HashMap<>();
    /** Gangs of jobs that have ended, oldest first. */
    private final Map<GangKey, GangPods> kept = new LinkedHashMap<>();

    private final Map<String, PodReading> unjudged = new LinkedHashMap<>();
    private final List<String> fencedBefore = new ArrayList<>();
    private boolean takenUp;
    private int podsKept;

    GangBoard(GangPods.Surroundings surroundings, GangPods.Listener listener, int keptPods) {
        this.surroundings = surroundings;
        this.listener = listener;
        this.keptPods = keptPods;
    }

    /** A gang of the records, and what is to become of it. */
    record TakeUp(JobRecord job, PlacementRecord placement, Order order, long graceSeconds) {}

    Optional<GangPods> gang(GangKey key) {
        return Optional.ofNullable(gangs.get(key));
    }

    /** The gangs of which pods were seen before {@link #takeUp}. */
    Set<GangKey> keysSeen() {
        Set<GangKey> keys = new LinkedHashSet<>();
        unjudged.values().forEach(reading -> keys.add(reading.gang()));
        return keys;
    }

    Set<GangKey> keysKept() {
        return new LinkedHashSet<>(kept.keySet());
    }

    /** From now on everything is judged. Gangs that were ordered meanwhile are not touched. */
    void takeUp(List<TakeUp> records) {
        takenUp = true;
        List<GangPods> taken = new ArrayList<>();
        for (TakeUp record : records) {
            GangKey key = new GangKey(record.job().uid(), record.placement().attempt());
            if (!gangs.containsKey(key)) {
                taken.add(add(GangPods.of(
                        record.job(),
                        record.placement(),
                        record.order(),
                        record.graceSeconds(),
                        surroundings,
                        listener)));
            }
        }
        unjudged.values().forEach(this::seen);
        unjudged.clear();
        taken.forEach(GangPods::takeUp);
        taken.stream().filter(gang -> gang.order() == Order.KEEP).forEach(this::keep);
        fencedBefore.forEach(this::fence);
        fencedBefore.clear();
    }

    private GangPods add(GangPods gang) {
        gangs.put(gang.key(), gang);
        gang.hosts().forEach(host -> index(gang, host));
        return gang;
    }

    private void index(GangPods gang, String host) {
        byHost.computeIfAbsent(host, name -> new LinkedHashSet<>()).add(gang);
    }

    // ---- orders

    void note(JobRecord job, PlacementRecord placement) {
        GangKey key = new GangKey(job.uid(), placement.attempt());
        if (!gangs.containsKey(key)) {
            List<GangPods> namesakes = kept.values().stream()
                    .filter(gang -> gang.namespace().equals(job.key().namespace())
                            && gang.jobName().equals(job.key().name()))
                    .toList();
            namesakes.forEach(this::drop);
            add(GangPods.of(job, placement, Order.NOTED, 0, surroundings, listener));
        }
    }

    void begin(GangKey key) {
        gang(key).ifPresent(GangPods::begin);
    }

    /** Stops what may live of an attempt. */
    void stop(JobRecord job, PlacementRecord placement, long graceSeconds) {
        note(job, placement);
        gang(new GangKey(job.uid(), placement.attempt())).ifPresent(gang -> gang.end(Order.STOP, graceSeconds));
    }

    /** The attempt's end is stored. */
    void release(GangKey key, boolean jobHasEnded) {
        gang(key).ifPresent(gang -> {
            if (jobHasEnded) {
                gang.end(Order.KEEP, gang.order().isEnding() ? gang.graceSeconds() : GangPods.STRAY_GRACE_SECONDS);
                keep(gang);
            } else {
                gang.end(Order.GONE, gang.order().isEnding() ? gang.graceSeconds() : GangPods.STRAY_GRACE_SECONDS);
                forgetIfOver(gang);
            }
        });
    }

    private void keep(GangPods gang) {
        if (kept.put(gang.key(), gang) == null) {
            podsKept += gang.pods().size();
        }
        while (podsKept > keptPods) {
            drop(kept.values().iterator().next());
        }
    }

    private void drop(GangPods gang) {
        if (kept.remove(gang.key()) != null) {
            podsKept -= gang.pods().size();
        }
        gang.end(Order.GONE, gang.graceSeconds());
        forgetIfOver(gang);
    }

    /** The job is not known any more. */
    void dropKept(GangKey key) {
        Optional.ofNullable(kept.get(key)).ifPresent(this::drop);
    }

    /** Whatever runs on the host now is dead, and it is told when no call on its way can change that. */
    void fence(String host) {
        if (!takenUp) {
            fencedBefore.add(host);
            return;
        }
        List.copyOf(byHost.getOrDefault(host, Set.of())).forEach(gang -> gang.fence(host));
    }

    // ---- what the watch says

    void seen(PodReading reading) {
        if (!takenUp) {
            unjudged.put(reading.uid(), reading);
            return;
        }
        GangPods gang = gangs.get(reading.gang());
        if (gang == null) {
            gang = add(GangPods.stray(reading, surroundings, listener));
        }
        gang.seen(reading);
        index(gang, reading.host());
    }

    void gone(PodReading last) {
        unjudged.remove(last.uid());
        gang(last.gang()).ifPresent(gang -> {
            gang.gone(last);
            forgetIfOver(gang);
        });
    }

    /** To be called when something of the gang has ended. */
    void forgetIfOver(GangPods gang) {
        if (gang.isOver() && gangs.remove(gang.key()) != null) {
            for (String host : gang.hosts()) {
                byHost.computeIfPresent(host, (name, there) -> there.remove(gang) && there.isEmpty() ? null : there);
            }
        }
    }

    /** Events may have been missed: everything is looked at again. */
    void sweep() {
        gangs.values().forEach(GangPods::everythingIsDue);
    }
}
