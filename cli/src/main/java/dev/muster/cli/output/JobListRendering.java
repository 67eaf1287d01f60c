package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.Progress;
import java.time.Instant;
import java.util.List;

/** Jobs, one a row. */
public record JobListRendering(List<JobSummary> jobs, Instant now) implements Rendering {

    public JobListRendering {
        jobs = List.copyOf(jobs);
    }

    @Override
    public void table(Console console, boolean wide) {
        if (jobs.isEmpty()) {
            console.line("no jobs; submit one with: muster submit FILE");
            return;
        }
        rows().print(console, wide);
    }

    Table rows() {
        Table table = new Table(
                left("JOB"),
                left("STATE"),
                left("QUEUE"),
                right("PRIORITY").wide(),
                right("HOSTS"),
                right("SPARES").wide(),
                right("ACCELERATORS"),
                right("ATTEMPT"),
                right("STEP"),
                right("LOSS").wide(),
                right("AGE"),
                right("EXPECTED").wide(),
                left("UID").wide(),
                left("REASON"));
        for (JobSummary job : jobs) {
            table.row(
                    Styled.bold(Words.jobName(job.getNamespace(), job.getName())),
                    Words.styled(job.getState()),
                    job.getQueue(),
                    job.getPriority(),
                    job.getHosts(),
                    job.getSpares(),
                    job.getAccelerators(),
                    job.getAttempt(),
                    step(job),
                    loss(job),
                    Times.age(job.getSubmittedAtMillis(), now),
                    Times.relative(job.getExpectedStartAtMillis(), now),
                    job.getUid(),
                    Styled.dim(job.getReason()));
        }
        return table;
    }

    @Override
    public Fields fields() {
        return new Fields()
                .objects("jobs", jobs.stream().map(JobFields::summary).toList());
    }

    @Override
    public List<String> names() {
        return jobs.stream()
                .map(job -> job.getNamespace() + "/" + job.getName())
                .toList();
    }

    static String step(JobSummary job) {
        if (!job.hasProgress()) {
            return Times.NONE;
        }
        Progress progress = job.getProgress();
        return progress.getTotalSteps() > 0
                ? progress.getStep() + "/" + progress.getTotalSteps()
                : String.valueOf(progress.getStep());
    }

    static String loss(JobSummary job) {
        return job.getProgress().hasLoss() ? Words.decimals(job.getProgress().getLoss(), 4) : Times.NONE;
    }
}
