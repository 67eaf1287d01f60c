package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.JobListRendering;
import dev.muster.cli.output.Words;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.ListJobsReply;
import dev.muster.proto.v1.ListJobsRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** {@code muster list}. */
final class ListCommand extends ControllerCommand {

    private static final int PAGE_SIZE = 1000;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "only jobs of this queue")
    private String queue = "";

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "only jobs in these states, such as running,pending")
    private List<String> states = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "at most this many, newest first (default: 1000; 0: all)")
    private int limit = PAGE_SIZE;

    ListCommand(Environment environment) {
        super(environment);
    }

    @Override
    void check() {
        if (limit < 0) {
            throw CommandFailure.usage("--limit is " + limit + "; it must be 0 (all) or more");
        }
    }

    @Override
    ExitCode run(Controller controller) {
        ListJobsRequest.Builder request = ListJobsRequest.newBuilder()
                .setNamespace(options().givenNamespace().orElse(""))
                .setQueue(queue)
                .addAllStates(states.stream().map(ListCommand::state).toList());
        List<JobSummary> found = new ArrayList<>();
        do {
            request.setPageSize(limit == 0 ? PAGE_SIZE : Math.min(PAGE_SIZE, limit - found.size()));
            ListJobsReply reply = controller.jobs(jobs -> jobs.list(request.build()));
            found.addAll(reply.getJobsList());
            request.setPageToken(reply.getNextPageToken());
        } while (!request.getPageToken().isEmpty() && (limit == 0 || found.size() < limit));
        return print(new JobListRendering(found, now()));
    }

    private static JobState state(String word) {
        return Arrays.stream(JobState.values())
                .filter(state -> Words.of(state).equals(word.toUpperCase(Locale.ROOT)))
                .filter(state -> state != JobState.UNRECOGNIZED && state != JobState.JOB_STATE_UNSPECIFIED)
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage("--state is \"" + word + "\"; it must be one of " + words()));
    }

    private static String words() {
        return Arrays.stream(JobState.values())
                .filter(state -> state != JobState.UNRECOGNIZED && state != JobState.JOB_STATE_UNSPECIFIED)
                .map(state -> Words.of(state).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
