package dev.muster.controller.workload;

import java.util.Optional;

/** Where the output of ranks is read from. */
public interface RankLogs {

    /** Hears one rank's output. Called on the substrate's threads, in order. */
    interface Sink {
        /** The reader calls {@code consumed} when it is ready for as much again. */
        void data(byte[] bytes, Runnable consumed);

        void notice(String text);

        /** Called once, last. */
        void ended();
    }

    /** An open request; closing it twice is once. */
    interface Handle extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Streams a rank's output from its host; empty when the host cannot be asked now. Call on the loop thread; never
     * blocks.
     *
     * @param tailLines how many of the last lines to begin with; 0 for all
     * @param follow whether to go on until the rank has ended
     */
    Optional<Handle> openLog(String host, String jobUid, int epoch, int rank, int tailLines, boolean follow, Sink sink);
}
