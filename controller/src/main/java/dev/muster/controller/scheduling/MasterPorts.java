package dev.muster.controller.scheduling;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the port on which rank 0 of an attempt listens, so that attempts whose first hosts share an address do not
 * meet. Below the range from which Linux takes ports for outgoing connections.
 */
final class MasterPorts {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    private final Map<String, Set<Integer>> taken = new HashMap<>();

    /** The same attempt gets the same port, unless another one has it; the next attempt gets another one. */
    int take(String address, String jobUid, int attempt) {
        Set<Integer> inUse = taken.computeIfAbsent(address, name -> new HashSet<>());
        int start = Math.floorMod(jobUid.hashCode() + attempt * 31, COUNT);
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + (start + i) % COUNT;
            if (inUse.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("all " + COUNT + " ports of " + address + " are taken");
    }

    void retake(String address, int port) {
        taken.computeIfAbsent(address, name -> new HashSet<>()).add(port);
    }

    void free(String address, int port) {
        Set<Integer> inUse = taken.get(address);
        if (inUse != null && inUse.remove(port) && inUse.isEmpty()) {
            taken.remove(address);
        }
    }
}
