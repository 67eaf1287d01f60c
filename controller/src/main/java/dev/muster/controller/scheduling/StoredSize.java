package dev.muster.controller.scheduling;

import dev.muster.scheduler.job.JobSpec;
import java.nio.charset.StandardCharsets;

/** How many bytes a start of a job writes, roughly: what one turn decides must fit into one transaction of the store. */
public final class StoredSize {

    /** For one start by itself; the store takes 1,500,000. */
    public static final long MOST_A_START = 1_200_000;

    /** For several starts in one turn. */
    static final long MOST_A_TURN = 600_000;

    private static final long PER_JOB = 4_096;
    private static final long PER_HOST = 64;

    private StoredSize() {}

    /** The job's own texts, and its hosts in the attempt. */
    public static long ofStart(JobSpec job) {
        long bytes =
                PER_JOB + PER_HOST * ((long) job.gang().hosts() + job.gang().spares());
        for (String argument : job.template().command()) {
            bytes += utf8(argument);
        }
        for (var entry : job.template().env().entrySet()) {
            bytes += utf8(entry.getKey()) + utf8(entry.getValue());
        }
        return bytes + job.template().volumesJson().map(StoredSize::utf8).orElse(0L);
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
