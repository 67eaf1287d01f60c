package dev.muster.controller.state;

import dev.muster.controller.state.LifecycleEvent.RankFailed;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who failed first, as far as the evidence goes. A gang dies together: one rank fails, and its peers fail of the lost
 * connection, often heard first. Clocks of hosts cannot be compared, so the order of arrival decides among equals, and
 * what a rank died of among the others.
 *
 * <p>Example: rank 7 says "Connection reset by peer" and exits with 1; then rank 3 was killed by signal 9. Rank 3 is to
 * blame.
 *
 * @param hosts where it began; empty: nowhere in particular
 * @param signature what the failure looks like; the same failure again has the same
 * @param weight how much the evidence counts
 */
public record Blame(SortedSet<String> hosts, String signature, Weight weight) {

    private static final int MAX_SIGNATURE_LENGTH = 120;
    private static final int SIGNALS_FROM = 128;
    private static final int ABORT = 6;
    private static final int TERMINATE = 15;

    /** What ranks say whose peer has gone, in small letters. */
    private static final List<String> PEER_GONE = List.of(
            "connection reset",
            "connection refused",
            "connection closed",
            "broken pipe",
            "socket timeout",
            "remote process exited",
            "remote end closed",
            "watchdog caught collective operation timeout",
            "heartbeat monitor");

    public Blame {
        hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
    }

    /** How much a failure tells about its cause; more outweighs less, whatever came first. */
    public enum Weight {
        /** It says that a peer has gone. */
        CONSEQUENCE,
        /** An error of its own. */
        ERROR,
        /** Killed by a signal that no program sends itself when a peer has gone: out of memory, a bad access. */
        SIGNAL
    }

    /** The exit code and the last words without their numbers: ranks, addresses and times differ from one to the next. */
    static Blame of(RankFailed failed) {
        String words = Wording.lastLine(failed.message()).replaceAll("[0-9]+", "#");
        String signature = "exit " + failed.exitCode() + " " + words;
        return new Blame(
                new TreeSet<>(List.of(failed.host())),
                signature.substring(0, Math.min(signature.length(), MAX_SIGNATURE_LENGTH)),
                weight(failed.exitCode(), failed.message()));
    }

    static Blame ofHang() {
        return new Blame(Collections.emptySortedSet(), "hang", Weight.ERROR);
    }

    static Blame ofSlowStart(SortedSet<String> hosts) {
        return new Blame(hosts, "slow start", Weight.ERROR);
    }

    /** How much a rank that ended like this tells. */
    public static Weight weight(int exitCode, String output) {
        int signal = exitCode - SIGNALS_FROM;
        if (signal > 0 && signal != ABORT && signal != TERMINATE) {
            return Weight.SIGNAL;
        }
        String said = output.toLowerCase(Locale.ROOT);
        return PEER_GONE.stream().anyMatch(said::contains) ? Weight.CONSEQUENCE : Weight.ERROR;
    }
}
