package dev.muster.scheduler.queue;

import dev.muster.scheduler.job.JobKey;
import java.time.Instant;
import java.util.Comparator;

/** Who is considered first: the higher priority, then the earlier submission, then the name. */
public final class QueueOrder {

    /** What of a job its place depends on. */
    public interface Entry {
        int priority();

        Instant submittedAt();

        JobKey key();
    }

    public static final Comparator<Entry> PRIORITY_THEN_AGE = Comparator.comparingInt(Entry::priority)
            .reversed()
            .thenComparing(Entry::submittedAt)
            .thenComparing(Entry::key);

    private QueueOrder() {}
}
