package dev.muster.agent.task;

import dev.muster.agent.process.ProcessEntry;
import dev.muster.agent.process.ProcessSweeper;
import dev.muster.agent.process.ProcessTree;
import dev.muster.agent.process.RunToken;
import dev.muster.agent.time.Clocks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier life of this agent may have left. Its guards have killed it by now, unless something killed them too;
 * a new life makes sure before it says that it holds nothing.
 */
public final class FormerLife {
    private static final Logger LOG = LoggerFactory.getLogger(FormerLife.class);
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long WARN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int CLEAN_SWEEPS = 2;

    private FormerLife() {}

    /**
     * Kills every process that carries a token of this owner, and returns only when none is left: as long as one lives,
     * this host must not be taken for free.
     *
     * @return how many processes were killed
     * @throws IOException when the processes cannot be listed
     */
    public static int end(String owner, ProcessSweeper sweeper, Clocks clocks) throws IOException {
        ProcessTree tree = new ProcessTree(RunToken.prefixOfOwner(owner), List.of());
        long warnAtNanos = clocks.nanos() + WARN_NANOS;
        int killed = 0;
        int clean = 0;
        while (clean < CLEAN_SWEEPS) {
            List<ProcessEntry> left = sweeper.kill(tree);
            killed = Math.max(killed, left.size());
            clean = left.isEmpty() ? clean + 1 : 0;
            if (clocks.nanos() > warnAtNanos) {
                warnAtNanos = clocks.nanos() + WARN_NANOS;
                LOG.warn(
                        "{} processes of a former life were killed but are still there, such as {}; waiting for them",
                        left.size(),
                        left.isEmpty() ? "none" : left.get(0).pid());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return killed;
    }
}
