package dev.muster.agent.task;

/** Hears of runs, from their own threads. Must return at once. */
public interface RunListener {
    void runChanged(RunStatus status);

    void progressed(RunKey key, Progress progress);

    void progressMalformed(RunKey key);
}
