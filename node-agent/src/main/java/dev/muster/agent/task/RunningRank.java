package dev.muster.agent.task;

import dev.muster.agent.process.ProcessTree;
import dev.muster.agent.process.RankProcess;
import dev.muster.agent.process.RunToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A rank that was started: its first process, and the thread that copies its output to disk. */
final class RunningRank {
    private static final int COPY_BYTES = 32 << 10;

    private final int rank;
    private final RunToken token;
    private final RankProcess process;
    private final OutputLog output;
    private final CountDownLatch outputEnded = new CountDownLatch(1);

    RunningRank(RunToken token, RankProcess process, OutputLog output) {
        this.rank = token.rank();
        this.token = token;
        this.process = process;
        this.output = output;
    }

    /** Begins to copy. The pipe slows down a rank that writes faster than the disk takes it. */
    void copyOutput() {
        Thread thread = new Thread(this::copy, "output-" + token.jobUid() + "-" + rank);
        thread.setDaemon(true);
        thread.start();
    }

    int rank() {
        return rank;
    }

    RankProcess process() {
        return process;
    }

    OutputLog output() {
        return output;
    }

    ProcessTree.SessionLeader leader() {
        return process.leader();
    }

    ProcessTree tree() {
        return new ProcessTree(token.text(), List.of(leader()));
    }

    /** Waits, but not long: a descendant that got away may hold the pipe open. */
    boolean awaitOutput(long limitMillis) {
        try {
            return outputEnded.await(limitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void copy() {
        byte[] buffer = new byte[COPY_BYTES];
        try (InputStream input = process.output()) {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                output.append(buffer, count);
            }
        } catch (IOException e) {
            // The pipe was closed after the rank's end: there is nothing more to copy.
        } finally {
            output.complete();
            outputEnded.countDown();
        }
    }
}
