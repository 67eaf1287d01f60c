package dev.muster.controller.store.embedded;

/**
 * The bounds of an embedded store.
 *
 * @param queueRequests requests that may wait; more are answered busy
 * @param queueBytes keys and values that may wait
 * @param groupRequests requests that share one sync
 * @param groupBytes keys and values that share one sync; also bounds how long one sync takes
 * @param historyChanges changes kept for watches that lag behind
 * @param historyBytes keys and values kept for them
 * @param cacheMebibytes pages of the file kept in memory
 */
public record EmbeddedSettings(
        int queueRequests,
        long queueBytes,
        int groupRequests,
        long groupBytes,
        int historyChanges,
        long historyBytes,
        int cacheMebibytes) {

    public static final EmbeddedSettings DEFAULT =
            new EmbeddedSettings(4_096, 64L << 20, 512, 8L << 20, 10_000, 32L << 20, 16);

    public EmbeddedSettings {
        if (queueRequests < 1 || queueBytes < 1 || groupRequests < 1 || groupBytes < 1) {
            throw new IllegalArgumentException("the queue and its groups must hold at least one request; got "
                    + queueRequests + ", " + queueBytes + ", " + groupRequests + ", " + groupBytes);
        }
        if (historyChanges < 1 || historyBytes < 1 || cacheMebibytes < 1) {
            throw new IllegalArgumentException("history and cache must hold something; got " + historyChanges + ", "
                    + historyBytes + ", " + cacheMebibytes);
        }
    }

    public EmbeddedSettings withQueueRequests(int requests) {
        return new EmbeddedSettings(
                requests, queueBytes, groupRequests, groupBytes, historyChanges, historyBytes, cacheMebibytes);
    }

    public EmbeddedSettings withHistoryChanges(int changes) {
        return new EmbeddedSettings(
                queueRequests, queueBytes, groupRequests, groupBytes, changes, historyBytes, cacheMebibytes);
    }
}
