package dev.muster.controller.state;

/** What brings a stopped job back to work, the cheapest first. */
public enum RecoveryStep {
    /** The same hosts, new processes. */
    RESTART_IN_PLACE("restarted in place"),
    /** Spares, then free hosts that fit, in the place of some; the others stay. */
    REPLACE_HOSTS("hosts replaced"),
    /** Fewer hosts, at least {@code minHosts}. */
    SHRINK("shrunk"),
    /** As many hosts as asked for again, after it had to do with fewer. */
    GROW("grown"),
    /** Nothing fits beside the hosts that are left: it waits in its queue. */
    REQUEUE("requeued");

    private final String words;

    RecoveryStep(String words) {
        this.words = words;
    }

    /** For people: what was done to the gang. */
    public String words() {
        return words;
    }
}
