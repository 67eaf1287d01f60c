package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.RankView;
import dev.muster.proto.v1.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Everything about one job: what it asked for, its attempts, its ranks. */
public record JobDetailRendering(JobDetail detail, Instant now) implements Rendering {

    /** A gang may have a hundred thousand ranks; people read this many, scripts get all. */
    private static final int RANKS_SHOWN = 64;

    @Override
    public void table(Console console, boolean wide) {
        facts().print(console);
        if (detail.getAttemptsCount() == 0) {
            return;
        }
        console.line("");
        attempts().print(console, wide);
        AttemptView present = detail.getAttempts(detail.getAttemptsCount() - 1);
        if (present.getRanksCount() > 0) {
            console.line("");
            ranks(present).print(console, wide);
            if (present.getRanksCount() > RANKS_SHOWN) {
                console.line("... and {} more ranks; all of them: -o json", present.getRanksCount() - RANKS_SHOWN);
            }
        }
    }

    private Facts facts() {
        JobSummary job = detail.getJob();
        JobSpec spec = detail.getSpec();
        return new Facts()
                .fact("Job", Styled.bold(job.getNamespace() + "/" + job.getName()))
                .fact("State", Words.styled(job.getState()))
                .fact("Reason", job.getReason())
                .fact("Queue", job.getQueue() + ", priority " + job.getPriority())
                .fact("Gang", gang(spec))
                .fact("Each host", perHost(spec))
                .fact("Topology", topology(spec))
                .fact("Progress", progress(job))
                .fact("Submitted", Times.relative(job.getSubmittedAtMillis(), now))
                .fact("Started", Times.relative(job.getStartedAtMillis(), now))
                .fact("Expected start", Times.relative(job.getExpectedStartAtMillis(), now))
                .fact("Finished", Times.relative(job.getFinishedAtMillis(), now))
                .fact("Checkpoints", spec.getCheckpoint().getDirectory())
                .fact("Command", String.join(" ", spec.getTemplate().getCommandList()))
                .fact("Directory", spec.getTemplate().getWorkingDirectory())
                .fact("UID", job.getUid());
    }

    private static String gang(JobSpec spec) {
        int spares = spec.getGang().getSpares();
        return plural(spec.getGang().getHosts(), "host") + (spares == 0 ? "" : " and " + plural(spares, "spare"));
    }

    private static String perHost(JobSpec spec) {
        Resources each = spec.getGang().getPerHost();
        String type = spec.getGang().getAcceleratorType();
        return plural(each.getAccelerators(), "accelerator")
                + (type.isEmpty() ? "" : " (" + type + ")")
                + (each.getCpuMillis() == 0 ? "" : ", " + Words.cores(each.getCpuMillis()) + " cpus")
                + (each.getMemoryBytes() == 0 ? "" : ", " + Words.bytes(each.getMemoryBytes()));
    }

    private static String topology(JobSpec spec) {
        String required = spec.getTopology().getRequired();
        String preferred = spec.getTopology().getPreferred();
        String slices = spec.getTopology().getSlicesList().stream()
                .map(slice -> "each " + plural(slice.getHosts(), "host") + " within one " + slice.getWithin())
                .collect(Collectors.joining(", "));
        return List.of(
                        required.isEmpty() ? "" : "within one " + required,
                        preferred.isEmpty() ? "" : "the fewest of level " + preferred,
                        slices)
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private String progress(JobSummary job) {
        if (!job.hasProgress()) {
            return "";
        }
        return "step " + JobListRendering.step(job) + ", checkpoint "
                + job.getProgress().getCheckpoint()
                + (job.getProgress().hasLoss() ? ", loss " + JobListRendering.loss(job) : "") + ", reported "
                + Times.relative(job.getProgress().getReportedAtMillis(), now);
    }

    private Table attempts() {
        Table table = new Table(
                right("ATTEMPT"), left("PLACED"), right("STARTING"), right("RAN"), left("HOSTS"), left("OUTCOME"));
        for (AttemptView attempt : detail.getAttemptsList()) {
            long until = attempt.getEndedAtMillis() == 0 ? now.toEpochMilli() : attempt.getEndedAtMillis();
            long running = attempt.getRunningAtMillis();
            table.row(
                    attempt.getAttempt(),
                    Times.relative(attempt.getPlacedAtMillis(), now),
                    between(attempt.getPlacedAtMillis(), running == 0 ? until : running),
                    running == 0 ? Times.NONE : between(running, until),
                    hosts(attempt.getPlacementList()),
                    attempt.getEndedAtMillis() == 0 ? Styled.dim("present") : attempt.getOutcome());
        }
        return table;
    }

    static String hosts(List<HostAssignment> placement) {
        int shown = 8;
        String names = placement.stream()
                .limit(shown)
                .map(host -> host.getNodeRank() < 0 ? host.getHost() + "(spare)" : host.getHost())
                .collect(Collectors.joining(","));
        return placement.size() > shown ? names + ",... (" + placement.size() + ")" : names;
    }

    private static Table ranks(AttemptView attempt) {
        Table table = new Table(right("RANK"), left("HOST"), left("STATE"), right("EXIT"), left("MESSAGE"));
        for (RankView rank : attempt.getRanksList().subList(0, Math.min(RANKS_SHOWN, attempt.getRanksCount()))) {
            boolean ended = switch (rank.getState()) {
                case RANK_STATE_SUCCEEDED, RANK_STATE_FAILED, RANK_STATE_STOPPED -> true;
                case RANK_STATE_STARTING, RANK_STATE_RUNNING, RANK_STATE_UNSPECIFIED, UNRECOGNIZED -> false;
            };
            table.row(
                    rank.getRank(),
                    rank.getHost(),
                    Words.styled(rank.getState()),
                    ended ? rank.getExitCode() : Times.NONE,
                    rank.getMessage());
        }
        return table;
    }

    private static String between(long fromMillis, long untilMillis) {
        return Times.brief(Duration.ofMillis(Math.max(0, untilMillis - fromMillis)));
    }

    static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    @Override
    public Fields fields() {
        return new Fields()
                .object("job", JobFields.summary(detail.getJob()))
                .object("spec", JobFields.spec(detail.getSpec()))
                .objects(
                        "attempts",
                        detail.getAttemptsList().stream()
                                .map(JobFields::attempt)
                                .toList());
    }

    @Override
    public List<String> names() {
        return List.of(detail.getJob().getNamespace() + "/" + detail.getJob().getName());
    }
}
