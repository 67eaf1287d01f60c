package dev.muster.controller.kubernetes.nodes;

/** Hears when nothing can run on a host any more. Called on the loop's thread, so it must not block; the same may come again. */
public interface Fence {

    /** Whatever was started on the host is dead: its Node object is gone, or somebody has declared it out of service. */
    void fenced(String host, String proof);

    /**
     * The host's kernel has started anew. What ran before is dead, but pods of now may run already, and the kubelet itself
     * reports which of those that it was given have ended.
     */
    default void rebooted(String host, String proof) {}
}
