package dev.muster.cli.local;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.GoodputRendering;
import dev.muster.cli.output.Words;
import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.EventsRequest;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.GoodputRequest;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Everything the controller can tell about the demo's job after its end, and what follows from it.
 *
 * @param output what rank 0 of the last attempt printed
 */
record DemoEvidence(JobDetail detail, EventsReply events, GoodputReply goodput, String output) {

    private static final Pattern ACCURACY = Pattern.compile("accuracy\\s*[=:]\\s*([0-9]*\\.?[0-9]+)");
    private static final Pattern START = Pattern.compile("starts at step (\\d+)");
    private static final double GOOD_ACCURACY = 0.95;

    static DemoEvidence gather(Controller controller, JobReference job) {
        JobDetail detail = controller.jobs(jobs -> jobs.get(job.request()));
        EventsReply events = controller.jobs(jobs -> jobs.events(EventsRequest.newBuilder()
                .setNamespace(job.namespace())
                .setName(job.name())
                .build()));
        GoodputReply goodput = controller.jobs(jobs -> jobs.goodput(GoodputRequest.newBuilder()
                .setNamespace(job.namespace())
                .setName(job.name())
                .build()));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        LogsRequest logs = LogsRequest.newBuilder()
                .setNamespace(job.namespace())
                .setName(job.name())
                .setRank(0)
                .setAttempt(detail.getJob().getAttempt())
                .build();
        controller.logs(logs, (LogLine line) -> output.writeBytes(line.getData().toByteArray()));
        return new DemoEvidence(detail, events, goodput, output.toString(StandardCharsets.UTF_8));
    }

    /** What the trainer printed last as its accuracy. */
    OptionalDouble accuracy() {
        Matcher matcher = ACCURACY.matcher(output);
        OptionalDouble found = OptionalDouble.empty();
        while (matcher.find()) {
            found = OptionalDouble.of(Double.parseDouble(matcher.group(1)));
        }
        return found;
    }

    /** The step at which the last attempt began. */
    OptionalLong firstStep() {
        Matcher matcher = START.matcher(output);
        return matcher.find() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    void judge(Optional<HostKiller.Kill> kill, Promises promises) {
        JobState state = detail.getJob().getState();
        promises.check(
                state == JobState.JOB_STATE_FINISHED,
                "the training finished",
                Words.of(state) + " " + detail.getJob().getReason());
        promises.check(kill.isPresent(), "a host was killed half-way", "the training ended before");
        kill.ifPresent(done -> judgeRecovery(done, promises));
        promises.check(
                accuracy().orElse(0) >= GOOD_ACCURACY,
                "the model learned: accuracy of at least " + GOOD_ACCURACY,
                accuracy().isPresent() ? "accuracy " + accuracy().getAsDouble() : "no accuracy was printed");
        promises.check(
                new GoodputRendering(goodput).addsUp() && goodput.getAllocatedAcceleratorMillis() > 0,
                "the goodput ledger adds up to the allocated accelerator time, to the millisecond",
                "allocated " + goodput.getAllocatedAcceleratorMillis() + " ms");
    }

    private void judgeRecovery(HostKiller.Kill kill, Promises promises) {
        // 128 + 9: nothing but a kill ended it.
        promises.check(
                kill.exitCode() == 137,
                "the agent of " + kill.host() + " died of SIGKILL",
                "exit code " + kill.exitCode());
        promises.check(kill.family().size() > 1, "the killed agent was running ranks", "it had no process below it");
        Optional<AttemptView> next = detail.getAttemptsList().stream()
                .filter(attempt -> attempt.getAttempt() == 2)
                .findFirst();
        promises.check(next.isPresent(), "a second attempt was made", detail.getAttemptsCount() + " attempts");
        if (next.isPresent()) {
            Set<String> found = workers(next.get().getPlacementList());
            Set<String> expected = survivorsAndSpare(kill);
            promises.check(
                    found.equals(expected), "it ran on the survivors and the spare: " + expected, "it ran on " + found);
        }
        OptionalLong step = firstStep();
        promises.check(
                step.isPresent() && step.getAsLong() >= kill.checkpoint() && step.getAsLong() > 0,
                "it resumed from a checkpoint no older than step " + kill.checkpoint(),
                step.isPresent() ? "it began at step " + step.getAsLong() : "rank 0 did not say where it began");
    }

    private static Set<String> workers(List<HostAssignment> placement) {
        return placement.stream()
                .filter(host -> host.getNodeRank() >= 0)
                .map(HostAssignment::getHost)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> survivorsAndSpare(HostKiller.Kill kill) {
        return kill.before().stream()
                .map(HostAssignment::getHost)
                .filter(host -> !host.equals(kill.host()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
