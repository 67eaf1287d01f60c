package dev.muster.agent.process;

import java.util.List;

/**
 * What belongs together: every process whose token starts so, everything in the sessions of these leaders, and all
 * descendants of either.
 *
 * <p>The token alone finds daemons that forked twice. The sessions and the descendants find processes that have cleared
 * or overwritten their environment.
 */
public record ProcessTree(String tokenPrefix, List<SessionLeader> leaders) {
    public ProcessTree {
        leaders = List.copyOf(leaders);
        if (!tokenPrefix.endsWith("/")) {
            throw new IllegalArgumentException("token prefix \"" + tokenPrefix + "\" could match a stranger");
        }
    }

    /**
     * A process that leads a session.
     *
     * @param startTicks when it started, in hundredths of a second since boot
     * @param endTicks when it had ended; {@link Long#MAX_VALUE} while it lives. What joined the session number later
     *     may belong to a stranger that got the same number
     */
    public record SessionLeader(long pid, long startTicks, long endTicks) {
        boolean leads(ProcessEntry entry) {
            return entry.session() == pid && entry.startTicks() >= startTicks && entry.startTicks() <= endTicks;
        }
    }
}
