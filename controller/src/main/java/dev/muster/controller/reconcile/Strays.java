package dev.muster.controller.reconcile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Runs that hosts still hold although their job has moved on: a host that was cut off and came back in the same life.
 * They occupy accelerators that the records call free, so nothing new goes there until each has confirmed its end.
 */
public final class Strays {

    private record Run(String jobUid, int epoch) {}

    private final Map<String, Set<Run>> byHost = new HashMap<>();

    void add(String host, String jobUid, int epoch) {
        byHost.computeIfAbsent(host, name -> new HashSet<>()).add(new Run(jobUid, epoch));
    }

    /** The run has ended; answers whether it was the host's last stray. */
    boolean ended(String host, String jobUid, int epoch) {
        Set<Run> runs = byHost.get(host);
        if (runs == null || !runs.remove(new Run(jobUid, epoch)) || !runs.isEmpty()) {
            return false;
        }
        byHost.remove(host);
        return true;
    }

    /** Nothing of an earlier life runs on the host any more. */
    void clear(String host) {
        byHost.remove(host);
    }

    boolean on(String host) {
        return byHost.containsKey(host);
    }
}
