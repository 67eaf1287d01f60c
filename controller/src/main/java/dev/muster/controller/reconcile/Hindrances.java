package dev.muster.controller.reconcile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What was said already about an attempt that hangs on something, so that each text is said once. */
final class Hindrances {

    /** A person has seen enough by then, and the history has room for more important lines. */
    private static final int TEXTS_AN_ATTEMPT = 8;

    private record Said(int epoch, Set<String> texts) {}

    private final Map<String, Said> byJob = new HashMap<>();

    /** Whether this text is new for the attempt and there is room for it; counts as said from now on. */
    boolean isNews(String jobUid, int epoch, String text) {
        Said said = byJob.compute(
                jobUid,
                (uid, known) -> known != null && known.epoch() == epoch ? known : new Said(epoch, new HashSet<>()));
        return said.texts().size() < TEXTS_AN_ATTEMPT && said.texts().add(text);
    }

    void forget(String jobUid) {
        byJob.remove(jobUid);
    }
}
