package dev.muster.cli.command;

import dev.muster.cli.client.JobFollower;
import dev.muster.cli.output.JobProgress;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobSummary;

/** Prints what a followed job does. */
final class FollowPrinter implements JobFollower.Listener {

    private final JobProgress progress;

    FollowPrinter(JobProgress progress) {
        this.progress = progress;
    }

    @Override
    public void event(JobEvent event) {
        progress.event(event);
    }

    @Override
    public void job(JobSummary job) {
        progress.job(job);
    }

    @Override
    public void connectionLost() {
        progress.note("the controller is away; the job goes on, and so does this");
    }

    @Override
    public void connectionBack() {
        progress.note("the controller is back");
    }

    /** Follows without a word. */
    static final class Silent implements JobFollower.Listener {

        @Override
        public void event(JobEvent event) {}

        @Override
        public void job(JobSummary job) {}

        @Override
        public void connectionLost() {}

        @Override
        public void connectionBack() {}
    }
}
