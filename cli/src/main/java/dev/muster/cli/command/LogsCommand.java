package dev.muster.cli.command;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.LogPrinter;
import dev.muster.proto.v1.LogsRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster logs JOB}. */
final class LogsCommand extends ControllerCommand {

    @Parameters(paramLabel = "JOB", description = "NAME or NAMESPACE/NAME")
    private String job = "";

    @Option(names = "--rank", paramLabel = "R", description = "only this rank; its output as it is, without prefixes")
    private @Nullable Integer rank;

    @Option(
            names = {"-f", "--follow"},
            description = "go on as more is written")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "only the last N lines of each rank")
    private @Nullable Integer tail;

    @Option(names = "--attempt", paramLabel = "A", description = "of this attempt (default: the present one)")
    private @Nullable Integer attempt;

    LogsCommand(Environment environment) {
        super(environment);
    }

    @Override
    void check() {
        requireAtLeast(0, "--rank", rank);
        requireAtLeast(1, "--tail", tail);
        requireAtLeast(1, "--attempt", attempt);
    }

    private static void requireAtLeast(int least, String option, @Nullable Integer value) {
        if (value != null && value < least) {
            throw CommandFailure.usage(option + " is " + value + "; it must be " + least + " or more");
        }
    }

    @Override
    ExitCode run(Controller controller) {
        JobReference reference = job(job);
        LogsRequest.Builder request = LogsRequest.newBuilder()
                .setNamespace(reference.namespace())
                .setName(reference.name())
                .setFollow(follow)
                .setTailLines(tail == null ? 0 : tail)
                .setAttempt(attempt == null ? presentAttempt(controller, reference) : attempt);
        if (rank != null) {
            request.setRank(rank);
        }
        LogPrinter printer = new LogPrinter(console(), rank == null);
        controller.logs(request.build(), printer::print);
        printer.finish();
        return ExitCode.DONE;
    }

    /** Named where output is followed from its beginning, so that it can be followed on exactly when the leader changes. */
    private int presentAttempt(Controller controller, JobReference reference) {
        return follow && tail == null
                ? controller
                        .jobs(jobs -> jobs.get(reference.request()))
                        .getJob()
                        .getAttempt()
                : 0;
    }
}
