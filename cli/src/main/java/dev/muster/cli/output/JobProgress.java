package dev.muster.cli.output;

import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.Progress;
import java.time.ZoneId;

/**
 * Tells the story of a job while it runs: its events and changes of state as lines, and how far it is: as a bar on a
 * terminal, elsewhere as a line at each tenth of the way.
 */
public final class JobProgress {

    private static final int BAR_WIDTH = 30;
    private static final int LARGEST_BAR_LINE = 78;
    private static final int STRETCHES = 10;

    private final Console console;
    private final LiveLine live;
    private final ZoneId zone;
    private JobState state = JobState.JOB_STATE_UNSPECIFIED;
    private int attempt;
    private long stretch = -1;

    public JobProgress(Console console, ZoneId zone) {
        this.console = console;
        this.live = new LiveLine(console);
        this.zone = zone;
    }

    public void event(JobEvent event) {
        String attemptWord = event.getAttempt() == 0 ? "" : " (attempt " + event.getAttempt() + ")";
        live.line(
                "{}  {}{}{}",
                Styled.dim(Times.clock(event.getAtMillis(), zone)),
                new Styled(Words.style(event.getSeverity()), event.getType()),
                event.getMessage().isEmpty() ? "" : ": " + event.getMessage(),
                Styled.dim(attemptWord));
    }

    public void job(JobSummary job) {
        if (job.getState() != state) {
            state = job.getState();
            live.line(
                    "{} is {}{}",
                    Words.jobName(job.getNamespace(), job.getName()),
                    Words.styled(state),
                    Styled.dim(job.getReason().isEmpty() ? "" : ": " + job.getReason()));
        }
        if (Words.isTerminal(state)) {
            live.clear();
        } else if (state == JobState.JOB_STATE_RUNNING && job.hasProgress()) {
            progress(job);
        }
    }

    public void note(String text) {
        live.line("{}", Styled.dim(text));
    }

    public void clear() {
        live.clear();
    }

    private void progress(JobSummary job) {
        Progress progress = job.getProgress();
        double share = progress.getTotalSteps() > 0 ? (double) progress.getStep() / progress.getTotalSteps() : 0;
        if (console.isTerminal()) {
            int width = Math.max(5, BAR_WIDTH - Math.max(0, LARGEST_BAR_LINE - console.columns()));
            String bar = progress.getTotalSteps() > 0 ? Bar.progress(share, width) + " " : "";
            live.show("{}{}", new Styled(Style.GREEN, bar), facts(job));
            return;
        }
        long reached = (long) (share * STRETCHES);
        if (job.getAttempt() != attempt || reached > stretch) {
            attempt = job.getAttempt();
            stretch = reached;
            console.line("{}", facts(job));
        }
    }

    private static String facts(JobSummary job) {
        String loss = job.getProgress().hasLoss() ? ", loss " + JobListRendering.loss(job) : "";
        return "step " + JobListRendering.step(job) + loss + ", attempt " + job.getAttempt();
    }
}
