package dev.muster.agent.session;

import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The heartbeats of one stream that wait for their acknowledgement. */
final class Heartbeats {
    private static final int MAX_WAITING = 100;

    private final NavigableMap<Long, Long> sentNanos = new TreeMap<>();
    private long sequence;

    /** Counts a heartbeat that is being sent and returns its number. */
    long beat(long nowNanos) {
        sequence++;
        sentNanos.put(sequence, nowNanos);
        if (sentNanos.size() > MAX_WAITING) {
            sentNanos.pollFirstEntry();
        }
        return sequence;
    }

    /** An acknowledgement covers all heartbeats before it. Answers when the acknowledged one was sent. */
    OptionalLong acknowledge(long number) {
        Map.Entry<Long, Long> sent = sentNanos.floorEntry(number);
        if (sent == null || number > sequence) {
            return OptionalLong.empty();
        }
        sentNanos.headMap(number, true).clear();
        return OptionalLong.of(sent.getValue());
    }

    /** How long the oldest of them has been waiting; 0 when none does. */
    long longestWaitNanos(long nowNanos) {
        return sentNanos.isEmpty() ? 0 : nowNanos - sentNanos.firstEntry().getValue();
    }
}
