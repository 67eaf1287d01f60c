package dev.muster.controller.kubernetes.pods;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Names of a gang's objects: {@code llama-2-13} is rank 13 of the second attempt of llama. They are host names too, so
 * none is longer than 63 characters: the job's part is cut, and what tells it from another with the same beginning is a
 * checksum of the whole.
 */
final class PodNames {

    private static final int MAX_LENGTH = 63;

    private PodNames() {}

    static String pod(String job, int attempt, int rank) {
        return cut(job, "-" + attempt + "-" + rank);
    }

    /** Unlike a pod's, a service's name begins with a letter. */
    static String service(String job, int attempt) {
        String name = Character.isDigit(job.charAt(0)) ? "j" + job : job;
        return cut(name, "-" + attempt);
    }

    /** A value that a label can hold. */
    static String label(String value) {
        return cut(value, "");
    }

    private static String cut(String name, String end) {
        if (name.length() + end.length() <= MAX_LENGTH) {
            return name + end;
        }
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        String hash = "-" + String.format("%08x", sum.getValue());
        String begin = name.substring(0, MAX_LENGTH - end.length() - hash.length());
        return begin.replaceAll("[-.]+$", "") + hash + end;
    }
}
