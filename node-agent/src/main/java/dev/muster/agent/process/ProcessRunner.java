package dev.muster.agent.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts processes: short tools, and the guarded trees of ranks. */
public interface ProcessRunner {
    /**
     * Runs a tool to its end, but never longer than the limit, and keeps a bounded part of its output. The tool and all
     * its descendants are killed at the limit.
     *
     * @throws IOException when it cannot be started
     */
    ToolResult run(List<String> command, Duration limit) throws IOException, InterruptedException;

    /**
     * Starts a rank in a session of its own, guarded: when this agent ends, however it ends, the rank and everything
     * that carries its token is killed.
     *
     * @throws IOException when it cannot be started
     */
    RankProcess start(RankLaunch launch) throws IOException;

    /**
     * What a tool left.
     *
     * @param exitCode 128 + signal where a signal ended it
     * @param output standard output and error, merged and bounded
     * @param timedOut whether it was killed at the limit
     */
    record ToolResult(int exitCode, String output, boolean timedOut, ProcessHandle process) {
        public boolean stuck() {
            return timedOut && process.isAlive();
        }
    }

    /** What to start, where, and with which whole environment. */
    record RankLaunch(RunToken token, List<String> command, Map<String, String> environment, Path directory) {
        public RankLaunch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
