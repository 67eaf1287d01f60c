package dev.muster.controller.reliability;

/**
 * One attempt of the gang between failures: when it runs, trains and saves is arithmetic.
 *
 * <p>A program reports before and after each save, and is silent during one. How often it reports between makes no
 * difference to the ledger, which divides time by steps; so here it reports only when somebody looks.
 */
final class PaperAttempt {

    private final PaperJob job;
    private final long runsAt;
    private final long trainsAt;
    private final long interval;
    private final long write;
    private final long restored;
    private long lookedAt;
    private boolean trains;

    PaperAttempt(PaperJob job, ReliabilitySettings settings, long runsAt, long trainsAt) {
        this.job = job;
        this.runsAt = runsAt;
        this.trainsAt = trainsAt;
        this.interval = settings.checkpointInterval().toMillis();
        this.write = settings.checkpointWrite().toMillis();
        this.restored = job.checkpoint();
    }

    /** Tells the job all that the attempt says up to this moment, which is not before the last one. */
    void advance(long now) {
        if (now >= runsAt) {
            job.running(runsAt);
        }
        if (now >= trainsAt) {
            train(now);
        }
        lookedAt = now;
    }

    private void train(long now) {
        if (!trains) {
            job.progressed(restored, restored, 0, trainsAt);
            trains = true;
        }
        long rounds = (now - trainsAt) / (interval + write);
        long rest = (now - trainsAt) % (interval + write);
        long inSave = Math.max(0, rest - interval);
        long saved = restored + rounds * interval;
        // What was heard of a save that began before the last look was said then.
        long saidAt = Math.max(now - inSave, lookedAt);
        job.progressed(saved + rest - inSave, saved, rounds * write, saidAt);
    }
}
