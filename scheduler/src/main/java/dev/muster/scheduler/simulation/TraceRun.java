package dev.muster.scheduler.simulation;

/** A job of a trace on its way: when it waited, ran, was stopped. */
final class TraceRun {

    private final TraceJob job;
    private long workSeconds;
    private long claimSeconds;
    private long waitingSince;
    private long runningSince;
    private long firstStart = -1;
    private long end = -1;
    private long waited;
    private long held;
    private int attempt;
    private int hosts;
    private int preemptions;

    TraceRun(TraceJob job, long claimSeconds) {
        this.job = job;
        this.workSeconds = job.durationSeconds();
        this.claimSeconds = claimSeconds;
        this.waitingSince = job.submitSeconds();
    }

    TraceJob job() {
        return job;
    }

    /** What it claims about what it has yet to do. */
    long claimSeconds() {
        return claimSeconds;
    }

    /** Grows with each change of its end: what was known of its end before is void. */
    int attempt() {
        return attempt;
    }

    boolean hasEnded() {
        return end >= 0;
    }

    /** It runs from now on; answers when it will end. */
    long start(long now, int onHosts) {
        attempt++;
        waited += now - waitingSince;
        firstStart = firstStart < 0 ? now : firstStart;
        runningSince = now;
        hosts = onHosts;
        return now + workSeconds;
    }

    /** It is stopped for others: what it has done is kept, and getting going again comes on top. */
    void preempt(long now, long restartSeconds) {
        settle(now, restartSeconds);
        waitingSince = now;
    }

    /** It goes on elsewhere; answers when it will end. */
    long move(long now, long restartSeconds, int toHosts) {
        settle(now, restartSeconds);
        hosts = toHosts;
        runningSince = now;
        return now + workSeconds;
    }

    private void settle(long now, long restartSeconds) {
        attempt++;
        preemptions++;
        long ran = now - runningSince;
        held += ran;
        workSeconds = workSeconds - ran + restartSeconds;
        claimSeconds = claimSeconds - ran + restartSeconds;
    }

    void finish(long now) {
        held += now - runningSince;
        end = now;
    }

    /** Accelerators x seconds that it held. */
    long heldSeconds() {
        return held * job.accelerators();
    }

    JobTimes times() {
        return new JobTimes(job, firstStart, end, waited, hosts, preemptions);
    }
}
