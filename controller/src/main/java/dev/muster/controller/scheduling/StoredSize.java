package dev.muster.controller.scheduling;

import dev.muster.scheduler.job.JobSpec;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/** How many bytes a start of a job writes, roughly: what one turn decides must fit into one transaction of the store. */
public final class StoredSize {

    /** For one start by itself; the store takes 1,500,000. */
    public static final long MOST_A_START = 1_200_000;

    /** For several starts in one turn. */
    static final long MOST_A_TURN = 600_000;

    private static final long PER_JOB = 4_096;
    /** Of a gang that is stored as it is. */
    private static final long PER_HOST = 64;

    /** Names of the fleet that are tried, to see how well a large gang packs. */
    private static final int NAMES_TRIED = 4_096;

    /** Runs of hosts, beside their names. */
    private static final long PER_PACKED_HOST = 2;

    private StoredSize() {}

    /** The job's own texts, and its hosts in the attempt. */
    public static long ofStart(JobSpec job) {
        return ofTexts(job) + PER_HOST * hosts(job);
    }

    /**
     * The same for a gang so large that it is stored packed. How well names pack is tried on some of the fleet's.
     *
     * @param hostNames of the fleet, neighbours side by side
     */
    public static long ofPackedStart(JobSpec job, Iterable<String> hostNames) {
        StringBuilder tried = new StringBuilder();
        int count = 0;
        for (String name : hostNames) {
            if (count == NAMES_TRIED) {
                break;
            }
            tried.append(name).append('\n');
            count++;
        }
        long names = count == 0 ? 0 : deflatedBytes(tried.toString()) * hosts(job) / count;
        return ofTexts(job) + names + PER_PACKED_HOST * hosts(job);
    }

    private static long hosts(JobSpec job) {
        return (long) job.gang().hosts() + job.gang().spares();
    }

    private static long deflatedBytes(String text) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            byte[] buffer = new byte[1 << 14];
            while (!deflater.finished()) {
                deflater.deflate(buffer);
            }
            return deflater.getBytesWritten();
        } finally {
            deflater.end();
        }
    }

    private static long ofTexts(JobSpec job) {
        long bytes = PER_JOB;
        for (String argument : job.template().command()) {
            bytes += utf8(argument);
        }
        for (var entry : job.template().env().entrySet()) {
            bytes += utf8(entry.getKey()) + utf8(entry.getValue());
        }
        return bytes + job.template().podJson().map(StoredSize::utf8).orElse(0L);
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
