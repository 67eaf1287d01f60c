package dev.muster.scheduler.document;

/**
 * How much of a document is read before it is refused.
 *
 * @param maxBytes length of the text in UTF-8
 * @param maxDepth lists and mappings inside each other
 * @param maxAliases uses of anchors ({@code *name})
 * @param maxNodes values in all, each use of an anchor counted with everything under it
 */
public record DocumentLimits(int maxBytes, int maxDepth, int maxAliases, int maxNodes) {

    private static final int MEBIBYTE = 1 << 20;

    public static final DocumentLimits JOB = new DocumentLimits(MEBIBYTE, 32, 100, 200_000);
    public static final DocumentLimits SCENARIOS = new DocumentLimits(64 * MEBIBYTE, 32, 100, 6_000_000);
    public static final DocumentLimits CLUSTER = new DocumentLimits(16 * MEBIBYTE, 32, 1_000, 6_000_000);
}
