package dev.muster.controller.codec;

/** How much of each thing the controller takes in or gives out in one message. Lengths are in UTF-16 units. */
public final class Bounds {

    /** Of a name: a job, host, queue, domain, label or resource. */
    public static final int NAME_LENGTH = 253;

    /** Of an identity that another program made: uid, device id, boot id. */
    public static final int IDENTITY_LENGTH = 512;

    /** Of a line for people; longer ones are cut, since they cannot make anything go wrong. */
    public static final int TEXT_LENGTH = 4096;

    /** Of a value in a job's environment or command; the operating system's own bound for one is 128 KiB. */
    public static final int VALUE_LENGTH = 128 * 1024;

    /** Of a whole job, encoded: above what its parts may have together, and far below what any store takes as a value. */
    public static final int JOB_BYTES = 640 * 1024;

    public static final int PATH_DOMAINS = 16;
    public static final int SLICES = 16;
    public static final int LABELS = 256;
    public static final int RESOURCES = 64;
    public static final int DEVICES = 1024;
    public static final int RUNS = 1024;
    public static final int RANKS_PER_HOST = 4096;
    public static final int LOG_CHUNK_BYTES = 64 * 1024;

    /** Hosts of placements in one answer. */
    public static final int HOSTS_PER_ANSWER = 10_000;

    /** Ranks in one answer. */
    public static final int RANKS_PER_ANSWER = 5_000;

    /** Ranks in an answer up to which each keeps its message whole. */
    public static final int RANKS_IN_FULL = 64;

    /** Of a rank's message in an answer that holds more. */
    public static final int RANK_TEXT_LENGTH = 120;

    /** Of the events in one answer: clients take in 4 MiB. */
    public static final int EVENT_BYTES_PER_ANSWER = 2 * 1024 * 1024;

    private Bounds() {}

    /** The text, or its beginning with a mark at the end; never splits a character. */
    public static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length - 1;
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + "…";
    }
}
