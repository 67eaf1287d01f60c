package dev.muster.cli.output;

import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.Explanation;
import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.Progress;
import dev.muster.proto.v1.RankView;
import dev.muster.proto.v1.Resources;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The shapes of jobs in JSON and YAML. */
public final class JobFields {

    private JobFields() {}

    public static Fields summary(JobSummary job) {
        Fields fields = new Fields()
                .text("namespace", job.getNamespace())
                .text("name", job.getName())
                .text("uid", job.getUid())
                .text("state", Words.of(job.getState()))
                .text("queue", job.getQueue())
                .number("priority", job.getPriority())
                .number("hosts", job.getHosts())
                .number("spares", job.getSpares())
                .number("accelerators", job.getAccelerators())
                .number("attempt", job.getAttempt())
                .time("submittedAt", job.getSubmittedAtMillis())
                .time("startedAt", job.getStartedAtMillis())
                .time("finishedAt", job.getFinishedAtMillis())
                .time("expectedStartAt", job.getExpectedStartAtMillis())
                .text("reason", job.getReason());
        return job.hasProgress() ? fields.object("progress", progress(job.getProgress())) : fields;
    }

    static Fields progress(Progress progress) {
        Fields fields = new Fields()
                .number("step", progress.getStep())
                .number("totalSteps", progress.getTotalSteps())
                .number("checkpoint", progress.getCheckpoint());
        if (progress.hasLoss()) {
            fields.number("loss", progress.getLoss());
        }
        return fields.number("checkpointSeconds", progress.getCheckpointSeconds())
                .time("reportedAt", progress.getReportedAtMillis());
    }

    static Fields spec(JobSpec spec) {
        Fields fields = new Fields()
                .text("queue", spec.getQueue())
                .number("priority", spec.getPriority())
                .object("gang", gang(spec.getGang()))
                .object(
                        "topology",
                        new Fields()
                                .text("required", spec.getTopology().getRequired())
                                .text("preferred", spec.getTopology().getPreferred())
                                .objects(
                                        "slices",
                                        spec.getTopology().getSlicesList().stream()
                                                .map(slice -> new Fields()
                                                        .number("hosts", slice.getHosts())
                                                        .text("within", slice.getWithin()))
                                                .toList())
                                .text(
                                        "spread",
                                        word("SPREAD_", spec.getTopology().getSpread())))
                .seconds("walltimeSeconds", spec.getWalltimeMillis())
                .flag("preemptible", spec.getPreemptible())
                .seconds("minRuntimeSeconds", spec.getMinRuntimeMillis());
        if (spec.hasCheckpoint()) {
            fields.object(
                    "checkpoint",
                    new Fields()
                            .text("directory", spec.getCheckpoint().getDirectory())
                            .text("signal", spec.getCheckpoint().getSignal())
                            .seconds("graceSeconds", spec.getCheckpoint().getGraceMillis()));
        }
        return fields.object("restart", restart(spec)).object("template", template(spec));
    }

    private static Fields gang(GangSpec gang) {
        return new Fields()
                .number("hosts", gang.getHosts())
                .number("minHosts", gang.getMinHosts())
                .number("spares", gang.getSpares())
                .object("perHost", resources(gang.getPerHost()))
                .text("acceleratorType", gang.getAcceleratorType())
                .text("processes", word("PROCESS_LAYOUT_", gang.getProcesses()).replace('_', '-'));
    }

    private static Fields restart(JobSpec spec) {
        return new Fields()
                .number("maxRestarts", spec.getRestart().getMaxRestarts())
                .number("maxInfrastructureRestarts", spec.getRestart().getMaxInfrastructureRestarts())
                .object(
                        "fuse",
                        new Fields()
                                .number("failures", spec.getRestart().getFuseFailures())
                                .seconds("withinSeconds", spec.getRestart().getFuseWithinMillis()))
                .seconds("hangAfterSeconds", spec.getRestart().getHangAfterMillis())
                .seconds("startWithinSeconds", spec.getRestart().getStartWithinMillis())
                .seconds("isolationTimeoutSeconds", spec.getRestart().getIsolationTimeoutMillis());
    }

    private static Fields template(JobSpec spec) {
        return new Fields()
                .text("image", spec.getTemplate().getImage())
                .texts("command", spec.getTemplate().getCommandList())
                .text("workingDirectory", spec.getTemplate().getWorkingDirectory())
                .object("env", texts(spec.getTemplate().getEnvMap()));
    }

    static Fields resources(Resources resources) {
        return new Fields()
                .number("accelerators", resources.getAccelerators())
                .number("cpuMillis", resources.getCpuMillis())
                .number("memoryBytes", resources.getMemoryBytes());
    }

    static Fields attempt(AttemptView attempt) {
        return new Fields()
                .number("attempt", attempt.getAttempt())
                .time("placedAt", attempt.getPlacedAtMillis())
                .time("runningAt", attempt.getRunningAtMillis())
                .time("endedAt", attempt.getEndedAtMillis())
                .text("outcome", attempt.getOutcome())
                .objects("placement", placement(attempt.getPlacementList()))
                .objects(
                        "ranks",
                        attempt.getRanksList().stream().map(JobFields::rank).toList());
    }

    static List<Fields> placement(List<HostAssignment> placement) {
        return placement.stream()
                .map(host -> new Fields()
                        .text("host", host.getHost())
                        .number("nodeRank", host.getNodeRank())
                        .flag("spare", host.getNodeRank() < 0)
                        .number("firstRank", host.getFirstRank())
                        .number("ranks", host.getRanks())
                        .texts("path", host.getPathList()))
                .toList();
    }

    private static Fields rank(RankView rank) {
        return new Fields()
                .number("rank", rank.getRank())
                .text("host", rank.getHost())
                .text("state", Words.of(rank.getState()))
                .number("exitCode", rank.getExitCode())
                .text("message", rank.getMessage());
    }

    static Fields explanation(Explanation explanation) {
        return new Fields()
                .text("code", explanation.getCode())
                .text("level", explanation.getLevel())
                .text("domain", explanation.getDomain())
                .number("required", explanation.getRequired())
                .number("available", explanation.getAvailable())
                .number("short", explanation.getShort())
                .object("excluded", numbers(explanation.getExcludedMap()))
                .text("helps", explanation.getHelps())
                .text("text", explanation.getText())
                .texts("suggestions", explanation.getSuggestionsList())
                .time("expectedStartAt", explanation.getExpectedStartAtMillis())
                .texts("waitsFor", explanation.getWaitsForList());
    }

    static Fields event(JobEvent event) {
        return new Fields()
                .number("sequence", event.getSequence())
                .time("at", event.getAtMillis())
                .text("type", event.getType())
                .number("attempt", event.getAttempt())
                .text("severity", Words.of(event.getSeverity()))
                .text("message", event.getMessage());
    }

    static Fields numbers(Map<String, ? extends Number> numbers) {
        Fields fields = new Fields();
        numbers.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> fields.number(entry.getKey(), entry.getValue().longValue()));
        return fields;
    }

    private static Fields texts(Map<String, String> texts) {
        Fields fields = new Fields();
        texts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> fields.textEvenIfEmpty(entry.getKey(), entry.getValue()));
        return fields;
    }

    private static String word(String prefix, Enum<?> value) {
        return Words.without(prefix, value.name()).toLowerCase(Locale.ROOT);
    }
}
