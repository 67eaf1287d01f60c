package dev.muster.cli.output;

import dev.muster.proto.v1.JobSummary;
import java.util.List;

/** What became of one job, in one line. {@code deed} says what was done to it, such as {@code submitted}. */
public record JobRendering(JobSummary job, String deed) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        String reason = job.getReason().isEmpty() ? "" : ": " + job.getReason();
        console.line(
                "{} {}, {}{}{}",
                deed,
                Styled.bold(Words.jobName(job.getNamespace(), job.getName())),
                Words.styled(job.getState()),
                Styled.dim(reason),
                wide ? " (uid " + job.getUid() + ")" : "");
    }

    @Override
    public Fields fields() {
        return new Fields().object("job", JobFields.summary(job));
    }

    @Override
    public List<String> names() {
        return List.of(job.getNamespace() + "/" + job.getName());
    }
}
