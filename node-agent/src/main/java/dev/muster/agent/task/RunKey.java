package dev.muster.agent.task;

import java.util.regex.Pattern;

/** Names a run: one attempt of a job. Epochs of a job only grow. */
public record RunKey(String jobUid, long epoch) {
    // A uid becomes part of paths and of process tokens.
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public RunKey {
        if (!UID.matcher(jobUid).matches()) {
            throw new IllegalArgumentException("\"" + bounded(jobUid)
                    + "\" is no job uid; it has letters, digits, dots, dashes and underscores, 128 at most");
        }
    }

    private static String bounded(String text) {
        return text.length() > 200 ? text.substring(0, 200) : text;
    }

    @Override
    public String toString() {
        return jobUid + "/" + epoch;
    }
}
